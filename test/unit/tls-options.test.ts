import { expect, test } from 'vitest'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { tlsOptions } from '#services/postgres/tls-options.ts'

const settings = (given: Partial<ConnectionSettings>) =>
  ({ sslmode: 'verify-full', host: 'db.example', rootCertificatePem: null, clientCertificate: null, ...given }) as ConnectionSettings

test('the public authorities are read once for all connections, and each of them once', async () => {
  const [one, other] = [await tlsOptions(settings({})), await tlsOptions(settings({ host: 'other.example' }))]
  if (one === false || other === false) throw new Error('Encrypted, by its sslmode.')
  expect(one.secureContext).toBeDefined()
  expect(other.secureContext).toBe(one.secureContext)
  expect(one.rejectUnauthorized).toBe(true)
  const own = await tlsOptions(settings({ clientCertificate: { pem: 'cert', key: async () => 'key' } }))
  if (own === false) throw new Error('Encrypted, by its sslmode.')
  expect(own.secureContext).toBeUndefined() // it would not have the certificate
  const authorities = own.ca as string[]
  expect(authorities.length).toBeGreaterThan(10)
  expect(new Set(authorities).size).toBe(authorities.length)
})

test("one's own authority is the only one", async () => {
  expect(await tlsOptions(settings({ rootCertificatePem: 'mine' }))).toMatchObject({ ca: ['mine'], rejectUnauthorized: true })
})
