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
  ['SELECT token FROM sessions', false],
  ['SELECT * FROM orders', false],
  ["SELECT md5('x')", false],
  ['GRANT SELECT ON t TO role_a', false],
])('%s may hold a secret: %j', (sql, expected) => {
  expect(mayHoldSecret(sql)).toBe(expected)
})
