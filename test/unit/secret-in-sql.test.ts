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
  ['SELECT * FROM orders', false],
  ["SELECT md5('x')", false],
  ['GRANT SELECT ON t TO role_a', false],
])('%s may hold a secret: %j', (sql, expected) => {
  expect(mayHoldSecret(sql)).toBe(expected)
})
