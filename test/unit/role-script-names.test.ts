import { parse } from 'libpg-query'
import { expect, test } from 'vitest'
import type { RolePlan, RoleSurroundings } from '#shared/model/role-plan.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { checkRolePlan, roleScript, roleUndoScript } from '#shared/postgres/role-script.ts'
import { type RoleStep, roleSteps, seatBelts } from '#shared/postgres/role-steps.ts'
import { fc } from '#test/support/chance.ts'
import { anyName } from '#test/support/names.ts'

/** The whole script, comments and all, as PostgreSQL's own parser reads it: the very steps that were meant, and nothing besides. */

const owners = fc.uniqueArray(anyName, { maxLength: 3 })

const planAndSurroundings = fc
  .record({
    extent: fc.constantFrom('simple', 'full'),
    role: anyName,
    database: anyName,
    schemas: fc.uniqueArray(anyName, { minLength: 1, maxLength: 3 }),
    tableNames: fc.option(fc.uniqueArray(anyName, { minLength: 1, maxLength: 3 })),
    futureTables: fc.boolean(),
    connectionLimit: fc.option(fc.integer({ min: 1, max: 10_000 })),
    validUntil: fc.constantFrom(null, '2099-12-31'),
    seatBelts: fc.subarray(seatBelts.map(({ id }) => id)),
    existing: fc.constantFrom('none', 'ours', null),
    owners: fc.array(owners, { minLength: 3, maxLength: 3 }),
    setPassword: fc.boolean(),
  })
  .map(({ tableNames, existing, owners: ownersOf, setPassword, ...rest }) => {
    const tables = tableNames === null ? null : rest.schemas.flatMap((schema) => tableNames.map((name) => ({ schema, name })))
    const plan: RolePlan = { ...emptySetupDraft.role, ...rest, tables }
    const schemas = rest.schemas.map((name, index) => ({ name, exists: true, owners: ownersOf[index] ?? [] }))
    const surroundings: RoleSurroundings | null = existing === null ? null : { existing, admin: 'postgres', schemas }
    return { plan, surroundings, setPassword }
  })
  .filter(({ plan }) => checkRolePlan(plan).length === 0)

const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''))

test('every script reads as its own steps, whatever the names and the password', async () => {
  await fc.assert(
    fc.asyncProperty(planAndSurroundings, anyText, anyText, async ({ plan, surroundings, setPassword }, mark, password) => {
      const options = { mark, surroundings, setPassword }
      const read = await statementsOf(roleScript(plan, options, { kind: 'plain', password }))
      const meant = roleSteps(plan, options).map((step) => ({ ...step, ...('bounds' in step ? { bounds: null } : {}) }))
      expect(read.map(({ step }) => step)).toEqual(meant)
      for (const { password: readPassword } of read) if (readPassword !== null) expect(readPassword).toBe(password)
      const secrets = meant.filter(({ kind }) => kind === 'create-role' || kind === 'set-password')
      expect(read.filter((statement) => statement.password !== null)).toHaveLength(secrets.length)
    }),
    { numRuns: 400 },
  )
})

test('every undo script names its own role and no other', async () => {
  await fc.assert(
    fc.asyncProperty(anyName, anyName, async (role, database) => {
      fc.pre(checkRolePlan({ ...emptySetupDraft.role, role, database }).length === 0)
      const { stmts = [] } = await parse(roleUndoScript({ role, database }))
      expect(stmts.map(({ stmt }) => stmt)).toMatchObject([
        {
          GrantRoleStmt: {
            granted_roles: [{ AccessPriv: { priv_name: role } }],
            grantee_roles: [{ RoleSpec: { roletype: 'ROLESPEC_CURRENT_USER' } }],
          },
        },
        { DropOwnedStmt: { roles: [{ RoleSpec: { roletype: 'ROLESPEC_CSTRING', rolename: role } }] } },
        { DropRoleStmt: { roles: [{ RoleSpec: { roletype: 'ROLESPEC_CSTRING', rolename: role } }] } },
      ])
      expect(stmts).toHaveLength(3)
    }),
    { numRuns: 200 },
  )
})

/** biome-ignore lint/suspicious/noExplicitAny: the parser's tree is read as it comes; what is not there makes the test fail */
type Tree = any

async function statementsOf(script: string): Promise<readonly { readonly step: unknown; readonly password: string | null }[]> {
  const { stmts } = (await parse(script)) as Tree
  return (stmts ?? []).map(({ stmt }: Tree) => readStatement(stmt))
}

/** The step that a parsed statement is, with `bounds` left out, and the password that it sets. */
function readStatement(stmt: Tree): { readonly step: unknown; readonly password: string | null } {
  const [[kind, node]] = Object.entries<Tree>(stmt) as [[string, Tree]]
  const option = (name: string): Tree => node.options?.find(({ DefElem }: Tree) => DefElem.defname === name)?.DefElem.arg
  const password = option('password')
  const withPassword = password === undefined ? null : (password.String.sval ?? '')
  const only = (step: RoleStep) => ({ step: { ...step, ...('bounds' in step ? { bounds: null } : {}) }, password: withPassword })
  const bounds = { connectionLimit: 0, validUntil: '' }
  switch (kind) {
    case 'CreateRoleStmt':
      return only({ kind: 'create-role', role: node.role, bounds })
    case 'AlterRoleStmt':
      return only(
        withPassword === null
          ? { kind: 'bound-role', role: nameOf({ RoleSpec: node.role }), bounds }
          : { kind: 'set-password', role: nameOf({ RoleSpec: node.role }) },
      )
    case 'CommentStmt':
      return only({ kind: 'mark-role', role: node.object.String.sval, mark: node.comment ?? '' })
    case 'AlterRoleSetStmt': {
      const belt = seatBelts.find(({ setting }) => setting === node.setstmt.name)
      expect(node.setstmt.args).toHaveLength(1)
      expect(node.setstmt.args[0].A_Const.sval.sval).toBe(belt?.value.replaceAll("'", ''))
      return only({
        kind: 'fasten-belt',
        role: nameOf({ RoleSpec: node.role }),
        database: node.database,
        setting: node.setstmt.name,
        value: belt?.value ?? '',
      })
    }
    case 'AlterDefaultPrivilegesStmt': {
      const owner = option('roles')?.List.items.map(nameOf)[0] ?? null
      const [schema] = option('schemas').List.items
      return only({ kind: 'grant-future', role: granteeOf(node.action, 'select'), schema: schema.String.sval, owner })
    }
    case 'GrantStmt':
      return only(readGrant(node))
    default:
      throw new Error(`A ${kind} is no step of the script.`)
  }
}

function readGrant(node: Tree): RoleStep {
  expect(node.objects).toHaveLength(1)
  const [object] = node.objects
  if (node.objtype === 'OBJECT_DATABASE') return { kind: 'grant-connect', role: granteeOf(node, 'connect'), database: object.String.sval }
  if (node.objtype === 'OBJECT_SCHEMA') return { kind: 'grant-usage', role: granteeOf(node, 'usage'), schema: object.String.sval }
  const role = granteeOf(node, 'select')
  if (node.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') return { kind: 'grant-all-tables', role, schema: object.String.sval }
  return { kind: 'grant-table', role, schema: object.RangeVar.schemaname, name: object.RangeVar.relname }
}

function granteeOf(node: Tree, privilege: string): string {
  expect(node.is_grant).toBe(true)
  expect(node.privileges).toEqual([{ AccessPriv: { priv_name: privilege } }])
  expect(node.grantees).toHaveLength(1)
  return nameOf(node.grantees[0])
}

/** SECURITY: `public` is a role specification of its own, also in quotes. */
function nameOf({ RoleSpec }: Tree): string {
  expect(RoleSpec.roletype).toBe('ROLESPEC_CSTRING')
  return RoleSpec.rolename
}
