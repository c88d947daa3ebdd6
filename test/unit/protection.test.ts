import { expect, test } from 'vitest'
import {
  agreedAfter,
  choiceOf,
  choose,
  missingCertificates,
  needsConsent,
  type Protection,
  usualProtection,
  usualTitle,
} from '#parts/protection.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'

function fieldsOf(text: string) {
  const parsed = parseConnectionString(text)
  if (!parsed.ok) throw new Error(parsed.problem.sentence)
  return parsed.fields
}

const far = fieldsOf('postgresql://u@db.example/d')
const withRoot = (rootCertificatePem: string | null): Protection => ({
  ...usualProtection,
  certificates: { ...usualProtection.certificates, rootCertificatePem },
})

test('an authority of one\u2019s own is asked for as soon as it is chosen, kept for the check of the authority alone, and forgotten otherwise', () => {
  const chosen = { ...usualProtection, ...choose('own-authority', usualProtection) }
  expect(chosen).toMatchObject({ sslmode: 'verify-full', certificates: { rootCertificatePem: '' } })
  expect(choiceOf(far, chosen)).toBe('own-authority')
  expect(missingCertificates(far, chosen, 'verify-full')).toContain('certificate of your authority')
  expect(choose('verify-ca', chosen).certificates.rootCertificatePem).toBeNull()
  expect(choose('verify-ca', withRoot('PEM')).certificates.rootCertificatePem).toBe('PEM')
  expect(choose('require', withRoot('PEM')).certificates.rootCertificatePem).toBeNull()
  expect(choose('usual', withRoot('PEM'))).toMatchObject({ sslmode: null, certificates: { rootCertificatePem: null } })
})

test('what a stored data source has is shown as it was chosen', () => {
  expect(choiceOf(far, { ...withRoot('PEM'), sslmode: 'verify-full' })).toBe('own-authority')
  expect(choiceOf(far, { ...withRoot(null), sslmode: 'verify-full' })).toBe('verify-full')
  expect(choiceOf(far, { ...withRoot('PEM'), sslmode: 'verify-ca' })).toBe('verify-ca')
  expect(choiceOf(far, usualProtection)).toBe('usual')
})

test('consent to plain text is for one choice only, and never asked for on this computer', () => {
  const agreed: Protection = { ...usualProtection, sslmode: 'disable', plaintextConsent: true }
  expect(choose('disable', agreed).plaintextConsent).toBe(false)
  expect(needsConsent(far, 'disable')).toBe(true)
  expect(needsConsent(fieldsOf('postgresql://u@localhost/d'), 'disable')).toBe(false)
})

test.each([
  ['postgresql://u@db.example/d', 'Verified (usual for this host)'],
  ['postgresql://u@db.example/d?sslmode=require', 'Verified (how \u201crequire\u201d is read here)'],
  ['postgresql://u@db.example/d?sslmode=prefer', 'Verified (how \u201cprefer\u201d is read here)'],
  ['postgresql://u@db.example/d?sslmode=verify-ca', 'Verified authority (as the connection string says)'],
  ['postgresql://u@db.example/d?sslmode=disable', 'Not encrypted (as the connection string says)'],
  ['postgresql://u@localhost/d?sslrootcert=/root.crt', 'Verified (with the files of the string)'],
])('%s: %s', (text, title) => {
  expect(usualTitle(fieldsOf(text))).toBe(title)
})

test('files that the string names are read only when the person has agreed', () => {
  const fields = fieldsOf('postgresql://u@db.example/d?sslrootcert=/root.crt')
  expect(missingCertificates(fields, usualProtection, 'verify-full')).toContain('Agree')
  expect(missingCertificates(fields, { ...usualProtection, certificateFiles: true }, 'verify-full')).toBeNull()
})

test('what was agreed to does not pass to another host, nor to other files', () => {
  const agreed = { plaintextConsent: true, certificateFiles: true }
  const text = 'postgresql://u@db.example/d?sslrootcert=/root.crt'
  expect(agreedAfter(agreed, text, `${text}&application_name=x`)).toEqual(agreed)
  expect(agreedAfter(agreed, text, text.replace('db.example', 'db2.example'))).toEqual({ plaintextConsent: false, certificateFiles: true })
  expect(agreedAfter(agreed, text, text.replace('root.crt', 'other.crt'))).toEqual({ plaintextConsent: true, certificateFiles: false })
  expect(agreedAfter(agreed, text, 'nothing')).toEqual({ plaintextConsent: false, certificateFiles: false })
})
