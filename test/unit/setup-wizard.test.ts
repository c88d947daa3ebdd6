import { describe, expect, test } from 'vitest'
import { connectPlan, dataSourceInput, draftToSave } from '#features/setup/wizard-draft.ts'
import {
  beginManual,
  beginWithSource,
  furthestStep,
  isBegun,
  isOfSource,
  isReachable,
  manualSteps,
  reduceWizard,
  sourceSteps,
  type Wizard,
  type WizardEvent,
} from '#features/setup/wizard-state.ts'
import { joinPassword, roleConnectionString, splitPassword, withoutSecrets } from '#parts/connection-text.ts'
import { makePassword } from '#parts/role-password.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { Relation } from '#shared/model/data-source.ts'
import type { RoleOutcome } from '#shared/model/role-plan.ts'
import { type AdminSession, SetupDraft } from '#shared/model/setup.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { exampleRelation } from '#test/support/examples.ts'

const SOURCE = '0b9f6a53-5f0c-4a58-9d2d-6f3f6f0d6a11'
const ASSET = '5b6b9d1e-92cb-4b8e-8e9b-3d8b0f1f7a22'

const connected: ConnectReport = {
  ok: true,
  sslmode: 'verify-full',
  server: {
    version: '18.1',
    versionNumber: 180_001,
    database: 'shop',
    role: 'gx_role',
    isSuperuser: false,
    encrypted: true,
    tlsProtocol: 'TLSv1.3',
    inRecovery: false,
    timeZone: 'UTC',
    encoding: 'UTF8',
    latencyMs: 1,
    engine: 'postgresql',
    engineVersion: null,
    pooled: false,
    missing: [],
    relations: { schemas: 1, all: 1, readable: 1 },
  },
  trace: { steps: [], limitMs: 10_000, addresses: [], address: null, tls: null, authentication: null },
}
const refused: ConnectReport = {
  ok: false,
  step: 'authenticate',
  cause: 'wrong-password',
  sentence: 'The password was refused.',
  remedy: 'Enter it again.',
  field: 'password',
  sqlstate: '28P01',
  choices: ['enter-password'],
  trace: null,
}
const admin: AdminSession = {
  adminId: SOURCE,
  role: 'postgres',
  database: 'shop',
  host: 'db.example.org',
  port: 5433,
  rootCertificatePem: null,
  canCreateRole: true,
  serverVersion: '18.1',
  schemas: ['public'],
}

const relation = (name: string, over: Partial<Relation> = {}) => exampleRelation({ name, ...over })

function outcomeWith(result: RoleOutcome['result']): RoleOutcome {
  const undoScript = result === 'not-made' ? null : 'DROP ROLE gx_role;'
  return { result, statements: [], sentence: null, remedy: null, asksForPasswordChange: false, undoScript }
}

function given(wizard: Wizard, ...events: readonly WizardEvent[]): Wizard {
  return events.reduce(reduceWizard, wizard)
}

const filledIn: WizardEvent = {
  type: 'source-changed',
  change: { dataSourceName: 'Shop', connectionString: 'postgresql://gx_role@db.example.org/shop', password: 'secret' },
}
const stored: WizardEvent = { type: 'connect-settled', report: connected, dataSourceId: SOURCE }
const orders = { schema: 'public', name: 'orders' }
const customers = { schema: 'public', name: 'customers' }

describe('the steps of the wizard', () => {
  test('open one after the other, each as soon as it has what it needs', () => {
    const reachable = (wizard: Wizard) => manualSteps.filter((step) => isReachable(wizard, step))
    const open = ['prerequisites', 'role', 'data-source']
    const events: readonly (readonly [WizardEvent, readonly string[]])[] = [
      [{ type: 'went', step: 'role' }, open],
      [filledIn, [...open, 'connect']],
      [{ type: 'connecting' }, [...open, 'connect']],
      [{ type: 'connect-settled', report: refused, dataSourceId: null }, [...open, 'connect']],
      [stored, [...open, 'connect', 'tables']],
      [{ type: 'tables-selected', selected: [orders] }, [...open, 'connect', 'tables', 'expectations', 'add-assets']],
      [
        {
          type: 'add-settled',
          result: { added: [{ ...orders, assetId: ASSET }], failed: [], unmeasured: [], cancelled: false },
        },
        manualSteps,
      ],
    ]
    let wizard = beginManual()
    for (const [event, expected] of events) {
      wizard = reduceWizard(wizard, event)
      expect(reachable(wizard), event.type).toEqual(expected)
    }
  })

  test('an address that leads too far comes back to what is missing', () => {
    expect(furthestStep(beginManual(), 'done', manualSteps)).toBe('data-source')
    expect(furthestStep(given(beginManual(), filledIn), 'tables', manualSteps)).toBe('connect')
    expect(furthestStep(beginWithSource(SOURCE), 'add-assets', sourceSteps)).toBe('tables')
  })

  test('a changed connection is tried again before tables of it are shown', () => {
    const wizard = given(beginManual(), filledIn, stored, { type: 'source-changed', change: { connectionString: 'postgresql://a@b/c' } })
    expect(isReachable(wizard, 'tables')).toBe(false)
    expect(wizard.draft.dataSourceId).toBe(SOURCE)
  })

  test('an attempt that was stopped and stored all the same is remembered, and says nothing of what was typed since', () => {
    const other: WizardEvent = { type: 'source-changed', change: { connectionString: 'postgresql://a@b/c' } }
    const late: WizardEvent = { type: 'stored-late', dataSourceId: SOURCE }
    const wizard = given(beginManual(), filledIn, { type: 'connecting' }, { type: 'connect-stopped' }, other, late)
    expect(wizard.draft.dataSourceId).toBe(SOURCE)
    expect(wizard.connection).toEqual({ state: 'untried' })
    expect(isReachable(wizard, 'tables')).toBe(false)
  })

  test('after a reload it goes on where it was left, without asking for the connection again', () => {
    const kept = draftToSave(
      given(beginManual(), filledIn, stored, { type: 'tables-selected', selected: [orders] }, { type: 'went', step: 'expectations' }),
    )
    const wizard = reduceWizard(beginManual(), { type: 'loaded', draft: kept })
    expect(furthestStep(wizard, wizard.draft.step, manualSteps)).toBe('expectations')
    expect(wizard.draft.selected).toEqual([orders])
  })
})

describe('a role that was made', () => {
  const made: WizardEvent = { type: 'role-settled', outcome: outcomeWith('made') }
  const typed: WizardEvent = { type: 'role-password-changed', password: 'p@ss word' }
  const opened: WizardEvent = { type: 'admin-opened', session: admin, sslmode: 'require', plaintextConsent: false }

  test('fills in the data source, password and protection included', () => {
    const wizard = given(beginManual(), typed, opened, made)
    expect(wizard.draft).toMatchObject({ roleMade: true, dataSourceName: 'shop', sslmode: 'require', role: { database: 'shop' } })
    expect(wizard.draft.roleUndo).toEqual({
      host: 'db.example.org',
      port: 5433,
      database: 'shop',
      role: 'gx_role',
      script: 'DROP ROLE gx_role;',
    })
    const parsed = parseConnectionString(dataSourceInput(wizard).connectionString)
    expect(parsed).toMatchObject({
      ok: true,
      fields: { user: 'gx_role', password: 'p@ss word', host: 'db.example.org', port: 5433, database: 'shop' },
    })
  })

  test('is no longer the one meant when its name is changed', () => {
    expect(given(beginManual(), typed, opened, made, { type: 'role-changed', change: { role: 'other' } }).draft.roleMade).toBe(false)
  })

  test('leaves everything as it was when the script was refused', () => {
    const wizard = given(beginManual(), typed, opened, { type: 'role-settled', outcome: outcomeWith('not-made') })
    expect(wizard.draft).toMatchObject({ roleMade: false, roleUndo: null, connectionString: '' })
  })
})

describe('the selection', () => {
  test('loses tables that went away, may not be read, or are data assets already', () => {
    const selected = ['gone', 'secret', 'taken', 'orders'].map((name) => ({ schema: 'public', name }))
    const relations = [relation('orders'), relation('secret', { readable: false }), relation('taken', { assetId: ASSET })]
    const wizard = given(beginWithSource(SOURCE), { type: 'tables-selected', selected }, { type: 'tables-listed', relations })
    expect(wizard.draft.selected).toEqual([orders])
  })

  test('keeps what could not be added, to be tried again', () => {
    const wizard = given(
      beginWithSource(SOURCE),
      { type: 'tables-selected', selected: [orders, customers] },
      { type: 'adding', taskId: ASSET },
      {
        type: 'add-settled',
        result: {
          added: [{ ...orders, assetId: ASSET }],
          failed: [{ ...customers, sentence: 'It was locked.' }],
          unmeasured: [],
          cancelled: false,
        },
      },
    )
    expect(wizard.draft).toMatchObject({ selected: [customers], addedAssetIds: [ASSET] })
  })
})

describe('what is written down', () => {
  test.each([
    ['postgresql://gx_role:canary@db.example.org/shop', 'postgresql://gx_role@db.example.org:5432/shop'],
    ['postgresql+psycopg2://gx_role:can@ary@db.example.org/shop', 'postgresql://gx_role@db.example.org:5432/shop'],
    ['postgresql://gx_role:canary', ''],
    ['postgresql://gx_role:can/ary@db.example.org/shop', ''],
    ['host=db.example.org password=canary', ''],
  ])('holds no password: %s', (connectionString, kept) => {
    const wizard = given(
      beginManual(),
      { type: 'role-password-changed', password: 'canary' },
      { type: 'source-changed', change: { connectionString, password: 'canary' } },
    )
    const saved = draftToSave(wizard)
    expect(saved.connectionString).toBe(kept)
    expect(JSON.stringify(SetupDraft.parse(saved))).not.toMatch(/canary|can@ary|can\/ary/)
  })

  test('a begun set-up of the person’s own is told from a selection of a stored data source', () => {
    expect(
      [beginManual(), beginWithSource(SOURCE), given(beginManual(), filledIn)].map(({ draft }) => [isBegun(draft), isOfSource(draft)]),
    ).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ])
  })
})

describe('the password in a connection string', () => {
  test.each(['secret', 'p@ss', 'a:b', '100%', '#/?', 'pä☃ße', `it's "quoted"`])('goes out of the text and back into it: %s', (password) => {
    const joined = joinPassword('postgresql://gx_role@db.example.org/shop', password)
    expect(splitPassword(joined)).toEqual({ text: 'postgresql://gx_role@db.example.org:5432/shop', password })
    expect(withoutSecrets(joined)).toBe('postgresql://gx_role@db.example.org:5432/shop')
  })

  test('in the text goes before the one in the field', () => {
    expect(joinPassword('postgresql://a:new@b/c', 'old')).toBe('postgresql://a:new@b/c')
  })

  test('stays stored when the wizard is come back to without it', () => {
    const left = given(beginManual(), filledIn, stored)
    expect(connectPlan(left)).toBe('test-first')
    expect(connectPlan({ ...left, password: '' })).toBe('store-first')
    expect(dataSourceInput({ ...left, password: '' }).connectionString).not.toContain('secret')
  })

  test.each(['/var/run/postgresql', '::1', 'db.example.org'])('the address of a role is read back as it was: %s', (host) => {
    const text = roleConnectionString({ role: 'Odd "role"', host, port: 6543, database: 'My/Shop' })
    expect(parseConnectionString(text)).toMatchObject({ ok: true, fields: { user: 'Odd "role"', host, port: 6543, database: 'My/Shop' } })
  })

  test('that is made has 32 characters which no tool quotes or escapes, and is another each time', () => {
    const made = Array.from({ length: 50 }, makePassword)
    expect(made.filter((password) => !/^[A-Za-z0-9_-]{32}$/.test(password))).toEqual([])
    expect(new Set(made).size).toBe(made.length)
  })
})

test('consent to plain text, and leave to read files, do not pass to another connection string', () => {
  const change = (connectionString: string): WizardEvent => ({ type: 'source-changed', change: { connectionString } })
  let wizard = reduceWizard(beginManual(), change('postgresql://u@db.example/d?sslrootcert=/root.crt'))
  wizard = reduceWizard(wizard, { type: 'source-changed', change: { plaintextConsent: true, certificateFiles: true } })
  expect(reduceWizard(wizard, change('postgresql://u@db.example/other?sslrootcert=/root.crt'))).toMatchObject({
    plaintextConsent: true,
    certificateFiles: true,
  })
  expect(reduceWizard(wizard, change('postgresql://u@db2.example/d?sslrootcert=/etc/shadow'))).toMatchObject({
    plaintextConsent: false,
    certificateFiles: false,
  })
})
