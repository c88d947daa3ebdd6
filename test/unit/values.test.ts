import { describe, expect, test } from 'vitest'
import { imageAddress, imageType } from '#ui/values/image-type.ts'
import { indentXml } from '#ui/values/indent-xml.ts'
import { rowsOf } from '#ui/values/json-tree.tsx'
import { readArray } from '#ui/values/read-array.ts'
import { indentJson, inSteps, readJson } from '#ui/values/read-json.ts'
import { linesOf, TextLines } from '#ui/values/text-lines.ts'

describe('JSON', () => {
  const text = '{"a": 12345678901234567890.10, "a": 1e400, "t\\"": ["\\u00e4", null, {}], "n": -0.0}'

  test('is a tree that keeps digits, keys that stand twice, and escapes', async () => {
    const { root, problemAt } = (await read(text)) ?? {}
    expect(problemAt).toBeNull()
    if (root == null) throw new Error('Nothing was read.')
    expect(rowsOf(root, new Set(['$/2'])).map(({ level, text, detail }) => `${level} ${text} ${detail ?? ''}`.trim())).toEqual([
      '1 { } 4 members',
      '2 a: 12345678901234567890.10',
      '2 a: 1e400',
      '2 t\\": [ ] 3 items',
      '3 0: "\\u00e4"',
      '3 1: null',
      '3 2: { } 0 members',
      '2 n: -0.0',
    ])
  })

  test.each(['{"a": 1', '{"a" 1', '[1, 2] 3', '[}', '', '{"a": tru}', '{1: 2}'])(
    '%j is none, and what was read before is kept',
    async (broken) => {
      expect((await read(broken))?.problemAt).not.toBeNull()
    },
  )

  test('of a hundred thousand levels is read like any other', async () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
    expect((await read(deep))?.problemAt).toBeNull()
  })

  test('is indented without a change to any value', async () => {
    const indented = await inSteps(indentJson(text), new AbortController().signal)
    expect(indented).toBe(
      '{\n  "a": 12345678901234567890.10,\n  "a": 1e400,\n  "t\\"": [\n    "\\u00e4",\n    null,\n    {}\n  ],\n  "n": -0.0\n}',
    )
  })

  test('that nobody waits for is read no further', async () => {
    const abort = new AbortController()
    const reading = inSteps(readJson(`[${'1,'.repeat(50_000)}1]`, 100), abort.signal)
    abort.abort()
    expect(await reading).toBeNull()
  })
})

describe('an array', () => {
  test.each([
    ['{1,NULL,"NULL","a,\\"b\\\\"}', ['[1] 1', '[2] null', '[3] NULL', '[4] a,"b\\']],
    ['{{1,2},{3,4}}', ['[1][1] 1', '[1][2] 2', '[2][1] 3', '[2][2] 4']],
    ['[0:1][-2:-1]={{a,b},{c,d}}', ['[0][-2] a', '[0][-1] b', '[1][-2] c', '[1][-1] d']],
    ['{(1,2);(3,4)}'.replace('(1,2)', '"(1,2)"').replace('(3,4)', '"(3,4)"'), ['[1] (1,2)', '[2] (3,4)']],
    ['{}', []],
  ])('%s is listed by its own bounds', (text, items) => {
    expect(readArray(text)?.map(({ index, value }) => `${index} ${value}`)).toEqual(items)
  })

  test.each(['', '1', '{1', '{1}}', '{"a}'])('%j is none', (text) => {
    expect(readArray(text)).toBeNull()
  })
})

test('XML is indented as text, whatever is in it', () => {
  expect(indentXml('<?xml version="1.0"?><a x="<>"><!-- <b> --><b>text</b><c/><d></d><![CDATA[<e>]]></a>')).toBe(
    '<?xml version="1.0"?>\n<a x="<>">\n  <!-- <b> -->\n  <b>text</b>\n  <c/>\n  <d></d>\n  <![CDATA[<e>]]>\n</a>',
  )
})

test('a picture is told by its first bytes, and a drawing with scripts is none', () => {
  expect(imageType('89504e470d0a1a0a00')).toBe('image/png')
  expect(imageType('ffd8ffe0')).toBe('image/jpeg')
  expect(imageType(Buffer.from('RIFF0000WEBP').toString('hex'))).toBe('image/webp')
  expect(imageType(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">').toString('hex'))).toBeNull()
  const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 256))
  expect(imageAddress('image/png', bytes.toString('hex'))).toBe(`data:image/png;base64,${bytes.toString('base64')}`)
})

test('a text in pieces has the lines that it has as a whole, and a line without end is drawn in several', () => {
  const text = `one\n${'x'.repeat(999)}🐘${'y'.repeat(1_500)}\n\nlast`
  const pieces = new TextLines()
  for (let at = 0; at < text.length; at += 700) pieces.add(text.slice(at, at + 700))
  pieces.end()
  expect(pieces.lines).toEqual(linesOf(text).lines)
  expect(pieces.lines.map(({ number, text }) => [number, text.length])).toEqual([
    [1, 3],
    [2, 999],
    [null, 1_000],
    [null, 502],
    [3, 0],
    [4, 4],
  ])
  expect(pieces.lines.map(({ text }) => text).join('')).toBe(text.replaceAll('\n', ''))
})

function read(text: string) {
  return inSteps(readJson(text), new AbortController().signal)
}

test('what is never closed is looked through in one go', async () => {
  // Once from each of its marks, this would take hours.
  for (const mark of ['<!--', '<![CDATA[', '<?', '<a ', '<a "', '<'])
    expect(indentXml(mark.repeat(100_000)).replaceAll(/\s/g, '')).toBe(mark.repeat(100_000).replaceAll(/\s/g, ''))
  const open = `"${'\\"'.repeat(200_000)}`
  expect(await inSteps(indentJson(open), new AbortController().signal)).toBe(open)
})
