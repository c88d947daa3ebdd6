import { expect, test } from 'vitest'
import { fileNameOf } from '#shared/model/file-name.ts'

test.each([
  ['rows.csv', 'rows.csv'],
  ['Größe 2.csv', 'Größe 2.csv'],
  ['../../etc/passwd', '__.._etc_passwd'],
  ['..', '_'],
  ['', '_'],
  ['.bashrc', '_bashrc'],
  ['a. . ', 'a_'],
  ['a\0b\r\nc"d\u202Egpj.exe', 'a_b__c_d_gpj.exe'],
  ['\uD800', '_'],
  ['con', '_con'],
  ['NUL.csv', '_NUL.csv'],
  ['Com1 .tar.gz', '_Com1 .tar.gz'],
  ['console.csv', 'console.csv'],
])('%j becomes %j', (name, expected) => {
  expect(fileNameOf(name)).toBe(expected)
})

test('a long name keeps its end, fits where names are bytes, and begins with no dot for that', () => {
  const name = fileNameOf(`${'.語'.repeat(200)}.csv`)
  expect(name).toMatch(/^[^.].*\.csv$/)
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240)
})
