import { describe, expect, test } from 'vitest'
import { isStale, type RoleFinding } from '#shared/model/role-proof.ts'
import {
  type ActingRole,
  findingsOf,
  type GrantFact,
  type RoleFacts,
  readFindings,
  readsOf,
  sparingBootstrap,
  verdictSentence,
  worstOf,
} from '#shared/postgres/role-findings.ts'

const self: ActingRole = { name: 'read"er', attributes: [], through: null }
const writers: ActingRole = { name: 'writers', attributes: [], through: { role: 'writers', grantor: 'boss' } }
const none: RoleFacts = {
  role: 'read"er',
  database: 'shop',
  isBootstrap: false,
  acting: [self],
  grants: [],
  owned: [],
  reads: [],
  otherDatabases: [],
}

function grant(change: Partial<GrantFact>): GrantFact {
  return { kind: 'relation', identity: 'public.orders', column: null, privilege: 'INSERT', grantee: 'read"er', ...change }
}

const faults = (facts: Partial<RoleFacts>): readonly RoleFinding[] =>
  findingsOf({ ...none, ...facts }).filter(({ level }) => level !== 'green')

describe('what mends', () => {
  test.each<readonly [string, Partial<RoleFacts>, readonly string[]]>([
    ['an attribute', { acting: [{ ...self, attributes: ['CREATEDB'] }] }, ['ALTER ROLE "read""er" NOCREATEDB']],
    ['a right of the role itself', { grants: [grant({})] }, ['REVOKE INSERT ON public.orders FROM "read""er"']],
    ['a right of everybody', { grants: [grant({ grantee: null })] }, ['REVOKE INSERT ON public.orders FROM PUBLIC']],
    [
      'several rights on one table',
      { grants: [grant({}), grant({ privilege: 'DELETE' })] },
      ['REVOKE DELETE, INSERT ON public.orders FROM "read""er"'],
    ],
    [
      'rights on columns',
      { grants: [grant({ kind: 'column', column: 'a' }), grant({ kind: 'column', column: '"B"' })] },
      ['REVOKE INSERT (a, "B") ON public.orders FROM "read""er"'],
    ],
    [
      'a table that it owns',
      { owned: [{ type: 'table', identity: 'public.t', owner: 'read"er' }] },
      ['ALTER TABLE public.t OWNER TO CURRENT_USER'],
    ],
    [
      'an extension that it owns',
      { owned: [{ type: 'extension', identity: 'x', owner: 'read"er' }] },
      ['REASSIGN OWNED BY "read""er" TO CURRENT_USER'],
    ],
    ['a membership', { acting: [self, writers] }, ['REVOKE "writers" FROM "read""er" GRANTED BY "boss"']],
  ])('%s', (_what, facts, expected) => {
    expect(faults(facts).flatMap(({ mend }) => mend)).toEqual(expected)
  })

  test("nothing is taken from the server's own administrator: a role of its own is what mends", () => {
    const found = faults({ acting: [{ ...self, attributes: ['SUPERUSER', 'CREATEDB'] }] })
    expect(sparingBootstrap({ isBootstrap: false }, found)).toEqual(found)
    const spared = sparingBootstrap({ isBootstrap: true }, found)
    expect(spared.map(({ level, mend }) => [level, mend])).toEqual([
      ['red', []],
      ['red', []],
    ])
    expect(spared[0]?.sentence).toContain('leave it as it is')
  })

  test('a right that comes with a membership is the end of the membership, and the sentence says so', () => {
    const found = faults({ acting: [self, writers], grants: [grant({ grantee: 'writers' })] }).find(({ area }) => area === 'writes')
    expect(found?.mend).toEqual(['REVOKE "writers" FROM "read""er" GRANTED BY "boss"'])
    expect(found?.sentence).toContain('Granted to writers')
  })
})

test('what was looked for and not found is said, except where it would prove nothing', () => {
  const areas = (acting: readonly ActingRole[]) =>
    findingsOf({ ...none, acting })
      .filter(({ id }) => id.startsWith('none|'))
      .map(({ area }) => area)
  expect(areas([self])).toEqual(['attributes', 'memberships', 'ownership', 'writes', 'creating', 'functions'])
  expect(areas([{ ...self, attributes: ['SUPERUSER'] }])).toEqual([])
  expect(areas([self, { ...writers, name: 'pg_write_all_data' }])).not.toContain('writes')
})

test('a table that cannot be read is a fault only when it is a data asset, and hidden rows always are worth knowing', () => {
  const reads = (['none', 'none', 'hidden-rows', 'all'] as const).map((access, index) => ({
    schema: 's',
    name: `t${index}`,
    kind: 'table' as const,
    access,
  }))
  const judged = readsOf({ ...none, reads }, (_schema, name) => name === 't0')
  expect(judged.map(({ level }) => level)).toEqual(['red', 'green', 'amber', 'green'])
  expect(readFindings('r', judged).map(({ mend }) => mend)).toEqual([
    ['GRANT USAGE ON SCHEMA "s" TO "r"', 'GRANT SELECT ON "s"."t0" TO "r"'],
    ['CREATE POLICY plumbline_read ON "s"."t2" FOR SELECT TO "r" USING (true)'],
  ])
})

test.each([
  [[], 'green', 'The role r can read, and cannot write.'],
  [[['amber', 'functions']], 'amber', 'The role r cannot write to any table. 1 point worth knowing.'],
  [
    [
      ['red', 'writes'],
      ['amber', 'functions'],
    ],
    'red',
    'The role r can change things: 1 point to mend. 1 point worth knowing.',
  ],
  [
    [
      ['red', 'writes'],
      ['red', 'probes'],
      ['red', 'reading'],
      ['amber', 'probes'],
    ],
    'red',
    'The role r can change things: 3 points to mend. 1 point worth knowing.',
  ],
  [[['red', 'probes']], 'red', 'The role r can change things: 1 point to mend.'],
  [[['red', 'reading']], 'red', 'The role r can read and cannot write, but not all data assets can be read: 1 point to mend.'],
] as const)('of %j the verdict is %s', (list, level, sentence) => {
  const findings = list.map(([each, area]) => ({ level: each, area }))
  expect(worstOf(findings.map((finding) => finding.level))).toBe(level)
  expect(verdictSentence('r', findings)).toBe(sentence)
})

test('a proof is old after a week', () => {
  const made = '2026-01-01T00:00:00.000Z'
  expect(isStale(made, new Date('2026-01-08T00:00:00.000Z'))).toBe(false)
  expect(isStale(made, new Date('2026-01-08T00:00:00.001Z'))).toBe(true)
})
