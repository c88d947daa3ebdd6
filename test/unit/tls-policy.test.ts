import { expect, test } from 'vitest'
import { decideTls, describeTls, isLocal } from '#shared/postgres/tls-policy.ts'

test.each([
  ['localhost', true],
  ['LOCALHOST.', true],
  ['db.localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['/var/run/postgresql', true],
  ['127.0.0.1.nip.io', false],
  ['127.0.0.1234', false],
  ['localhost.evil.example', false],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['db.example', false],
])('%s is on this computer: %j', (host, expected) => {
  expect(isLocal(host)).toBe(expected)
})

test.each([
  ['localhost', null, null, false, 'disable'],
  ['localhost', 'prefer', null, false, 'disable'],
  ['localhost', 'require', null, false, 'require'],
  ['localhost', 'verify-full', null, false, 'verify-full'],
  ['db.example', null, null, false, 'verify-full'],
  ['db.example', 'prefer', null, false, 'verify-full'],
  ['db.example', 'allow', null, false, 'verify-full'],
  ['db.example', 'require', null, false, 'verify-full'],
  ['db.example', 'require', 'require', false, 'require'],
  ['db.example', 'verify-ca', null, false, 'verify-ca'],
  ['db.example', 'verify-full', 'require', false, 'require'],
  ['db.example', 'disable', null, false, null],
  ['db.example', null, 'disable', false, null],
  ['db.example', 'disable', null, true, 'disable'],
  ['/tmp', 'disable', null, false, 'disable'],
] as const)('to %s with the word %j, chosen %j, consent %j: %j', (host, word, chosen, plaintextConsent, expected) => {
  const decision = decideTls({ host, word, namesCertificates: false, chosen, plaintextConsent })
  expect(decision.allowed ? decision.sslmode : null).toBe(expected)
})

test.each([
  ['localhost', null, 'verify-full'],
  ['localhost', 'prefer', 'verify-full'],
  ['localhost', 'require', 'verify-full'],
  ['db.example', 'require', 'verify-full'],
  ['db.example', 'verify-ca', 'verify-ca'],
  ['localhost', 'disable', 'disable'],
] as const)('to %s with the word %j and files of certificates: %j', (host, word, expected) => {
  expect(decideTls({ host, word, namesCertificates: true, chosen: null, plaintextConsent: false })).toEqual({
    allowed: true,
    sslmode: expected,
  })
})

test('what is less than verified is said in amber, what is open in red', () => {
  expect(describeTls('require', 'db.example').tone).toBe('caution')
  expect(describeTls('disable', 'db.example').tone).toBe('danger')
  expect(describeTls('disable', 'localhost').tone).toBe('calm')
  expect(describeTls('verify-full', 'db.example', true).title).not.toBe(describeTls('verify-full', 'db.example').title)
})
