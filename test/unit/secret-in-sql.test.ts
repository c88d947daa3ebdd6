import { expect, test } from 'vitest'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'

test.each([
  ["CREATE ROLE a PASSWORD 'x'", true],
  ["alter  user a with encrypted password 'x'", true],
  ['CREATE /* x */ ROLE a', true],
  ["SELECT dblink('host=x', 'SELECT 1')", true],
  ["CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p", true],
  ["CREATE USER MAPPING FOR a SERVER s OPTIONS (x 'y')", true],
  ["SELECT 'postgresql://u:p@h/d'", true],
  ["SELECT 'md50123456789abcdef0123456789abcdef'", true],
  ["SELECT 'SCRAM-SHA-256$4096:abc'", true],
  ["SELECT 'postgresql://u:p/1@h/d'", true],
  ["SELECT pgp_sym_encrypt(name, 'key') FROM people", true],
  ["SELECT crypt('pw', gen_salt('bf'))", true],
  ["SELECT export(api_key => 'AKIA')", true],
  ["SET my.token = 'x'", true],
  ["COPY t FROM PROGRAM 'curl -u user:pw http://h'", true],
  ['CREATE /* a /* b */ c */ ROLE a', true],
  ["ALTER SYSTEM SET primary_conninfo = 'host=h password=x'", true],
  ["CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (x 'y')", true],
  ["SELECT '-----BEGIN PRIVATE KEY-----'", true],
  ["SELECT http_header('Authorization', 'Basic dXNlcjpwdw==')", true],
  ["SELECT aws('AKIAIOSFODNN7EXAMPLE')", true],
  ["SELECT verify('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln')", true],
  ["SELECT pg_read_file('/etc/hosts')", false],
  ['SELECT * FROM basic WHERE id = 1', false],
  ['SELECT token FROM sessions', false],
  ['SELECT * FROM orders', false],
  ["SELECT md5('x')", false],
  ['GRANT SELECT ON t TO role_a', false],
])('%s may hold a secret: %j', (sql, expected) => {
  expect(mayHoldSecret(sql)).toBe(expected)
})

test('a long line of addresses is looked through in one go', () => {
  // Once for each pair of marks, this would take hours.
  expect(mayHoldSecret('"http://host:80/a",'.repeat(50_000))).toBe(false)
  expect(mayHoldSecret(`${'"http://host:80/a",'.repeat(50_000)}"http://u:p@h"`)).toBe(true)
  expect(mayHoldSecret(`${'-eyJ'.repeat(200_000)}${'/*'.repeat(200_000)}`)).toBe(false)
})
