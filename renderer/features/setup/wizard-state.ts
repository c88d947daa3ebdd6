import { isUsable, roleConnectionString } from '#parts/connection-text.ts'
import { agreedAfter } from '#parts/protection.ts'
import { assertNever } from '#shared/assert-never.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import { type AddedAssets, GeneratedKind, type RelationName } from '#shared/model/data-asset.ts'
import type { Certificates, Relation, Sslmode } from '#shared/model/data-source.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import { type AdminSession, emptySetupDraft, type SetupDraft, type SetupStep } from '#shared/model/setup.ts'
import { relationKey } from './relation-filter.ts'

/** What the set-up wizard knows, and what each event makes of it. Pure: the store holds it, the steps draw it. */

export interface Wizard {
  /** All that outlives the page. */
  readonly draft: SetupDraft
  /** SECURITY: passwords live in this object only, which nothing writes to a disk. */
  readonly rolePassword: string
  readonly password: string
  readonly plaintextConsent: boolean
  /** An entry of libpq's files was chosen, whose password stays in its file until the connection is made. */
  readonly passwordFromFile: boolean
  /** SECURITY: the key in it is for this object only, as the passwords are. */
  readonly certificates: Certificates
  /** The files that the connection string names may be read. */
  readonly certificateFiles: boolean
  readonly admin: AdminSession | null
  readonly roleOutcome: RoleOutcome | null
  readonly connection: Connecting
  readonly adding: Adding
}

export type Connecting =
  /** Nothing was tried with what the form says now. */
  | { readonly state: 'untried' }
  | { readonly state: 'trying' }
  | { readonly state: 'settled'; readonly report: ConnectReport }
  /** The attempt itself failed, for example because the program went away. */
  | { readonly state: 'broken'; readonly error: unknown }

export type Adding =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly taskId: string; readonly count: number }
  | { readonly state: 'settled'; readonly result: AddedAssets }
  | { readonly state: 'broken'; readonly error: unknown }

export type SourceFields = Pick<SetupDraft, 'dataSourceName' | 'connectionString' | 'sslmode' | 'environment' | 'savePassword'> &
  Pick<Wizard, 'password' | 'plaintextConsent' | 'passwordFromFile' | 'certificates' | 'certificateFiles'>

export type WizardEvent =
  | { readonly type: 'loaded'; readonly draft: SetupDraft }
  | { readonly type: 'restarted' }
  | { readonly type: 'went'; readonly step: SetupStep }
  | { readonly type: 'role-changed'; readonly change: Partial<RolePlan> }
  | { readonly type: 'role-password-changed'; readonly password: string }
  | { readonly type: 'admin-opened'; readonly session: AdminSession; readonly sslmode: Sslmode | null; readonly plaintextConsent: boolean }
  | { readonly type: 'admin-closed' }
  | { readonly type: 'role-settled'; readonly outcome: RoleOutcome }
  | { readonly type: 'source-changed'; readonly change: Partial<SourceFields> }
  | { readonly type: 'connecting' }
  /** `dataSourceId`: what it was stored as; null when it was refused. */
  | { readonly type: 'connect-settled'; readonly report: ConnectReport; readonly dataSourceId: string | null }
  /** By an attempt that was stopped: what it stored all the same is remembered, or it would be stored twice. It says nothing of what the form says now. */
  | { readonly type: 'stored-late'; readonly dataSourceId: string }
  | { readonly type: 'connect-broke'; readonly error: unknown }
  | { readonly type: 'connect-stopped' }
  | { readonly type: 'tables-listed'; readonly relations: readonly Relation[] }
  | { readonly type: 'tables-selected'; readonly selected: readonly RelationName[] }
  | { readonly type: 'generation-switched'; readonly kind: GeneratedKind; readonly on: boolean }
  | { readonly type: 'adding'; readonly taskId: string }
  | { readonly type: 'add-settled'; readonly result: AddedAssets }
  | { readonly type: 'add-broke'; readonly error: unknown }

export const manualSteps: readonly SetupStep[] = [
  'prerequisites',
  'role',
  'data-source',
  'connect',
  'tables',
  'expectations',
  'add-assets',
  'done',
]
/** With a data source that is stored already, for example the sample. */
export const sourceSteps: readonly SetupStep[] = manualSteps.slice(manualSteps.indexOf('tables'))

export function beginManual(): Wizard {
  return beginWith(emptySetupDraft)
}

export function beginWithSource(dataSourceId: string): Wizard {
  return beginWith({ ...emptySetupDraft, step: 'tables', dataSourceId })
}

export function reduceWizard(wizard: Wizard, event: WizardEvent): Wizard {
  const { draft } = wizard
  switch (event.type) {
    case 'loaded':
      return beginWith(event.draft)
    case 'restarted':
      return beginManual()
    case 'went':
      return event.step === draft.step ? wizard : { ...wizard, draft: { ...draft, step: event.step } }
    case 'role-changed':
      return { ...wizard, roleOutcome: null, draft: { ...draft, roleMade: false, role: { ...draft.role, ...event.change } } }
    case 'role-password-changed':
      return { ...wizard, roleOutcome: null, rolePassword: event.password }
    case 'admin-opened':
      return {
        ...wizard,
        admin: event.session,
        // The role connects to the same server, so what was chosen for it holds for the role as well.
        plaintextConsent: event.plaintextConsent,
        certificates: { ...wizard.certificates, rootCertificatePem: event.session.rootCertificatePem },
        draft: { ...draft, sslmode: event.sslmode, role: { ...draft.role, database: draft.role.database || event.session.database } },
      }
    case 'admin-closed':
      return { ...wizard, admin: null }
    case 'role-settled':
      return event.outcome.result === 'not-made' ? { ...wizard, roleOutcome: event.outcome } : prefilled(wizard, event.outcome)
    case 'source-changed':
      return changeSource(wizard, event.change)
    case 'connecting':
      return { ...wizard, connection: { state: 'trying' } }
    case 'connect-settled':
      return {
        ...wizard,
        connection: { state: 'settled', report: event.report },
        draft: { ...draft, dataSourceId: event.dataSourceId ?? draft.dataSourceId },
      }
    case 'stored-late':
      return { ...wizard, draft: { ...draft, dataSourceId: event.dataSourceId } }
    case 'connect-broke':
      return { ...wizard, connection: { state: 'broken', error: event.error } }
    case 'connect-stopped':
      return { ...wizard, connection: { state: 'untried' } }
    case 'tables-listed':
      return { ...wizard, draft: { ...draft, selected: stillSelectable(draft.selected, event.relations) } }
    case 'tables-selected':
      return { ...wizard, adding: { state: 'idle' }, draft: { ...draft, selected: [...event.selected] } }
    case 'generation-switched':
      return { ...wizard, draft: { ...draft, generate: switched(draft.generate, event.kind, event.on) } }
    case 'adding':
      return { ...wizard, adding: { state: 'running', taskId: event.taskId, count: draft.selected.length } }
    case 'add-settled':
      return added(wizard, event.result)
    case 'add-broke':
      return { ...wizard, adding: { state: 'broken', error: event.error } }
    default:
      return assertNever(event)
  }
}

/** Whether a step has what it needs. An address that leads further than this comes back to `furthestStep`. */
export function isReachable(wizard: Wizard, step: SetupStep): boolean {
  const { draft, connection } = wizard
  switch (step) {
    case 'prerequisites':
    case 'role':
    case 'data-source':
      return true
    case 'connect':
      return draft.dataSourceName.trim() !== '' && isUsable(draft.connectionString)
    case 'tables':
      return draft.dataSourceId !== null && (connection.state === 'untried' ? !isBefore(draft.step, 'tables') : connectedWith(connection))
    case 'expectations':
    case 'add-assets':
      return isReachable(wizard, 'tables') && (draft.selected.length > 0 || wizard.adding.state !== 'idle')
    case 'done':
      return draft.addedAssetIds.length > 0
    default:
      return assertNever(step)
  }
}

export function furthestStep(wizard: Wizard, wanted: SetupStep, steps: readonly SetupStep[]): SetupStep {
  const upTo = steps.slice(0, steps.indexOf(wanted) + 1)
  return upTo.findLast((step) => isReachable(wizard, step)) ?? steps[0] ?? 'prerequisites'
}

export function connectedWith(connection: Connecting): boolean {
  return connection.state === 'settled' && connection.report.ok
}

/** Whether a person would miss it: the wizard for a server of their own was begun and is not done. */
export function isBegun(draft: SetupDraft): boolean {
  return draft.step !== 'done' && (draft.connectionString !== '' || draft.dataSourceName !== '' || draft.roleMade)
}

/** A draft that began with a stored data source holds no connection of its own. */
export function isOfSource(draft: SetupDraft): boolean {
  return draft.dataSourceId !== null && draft.connectionString === ''
}

function beginWith(draft: SetupDraft): Wizard {
  return {
    draft,
    rolePassword: '',
    password: '',
    plaintextConsent: false,
    passwordFromFile: false,
    certificates: { rootCertificatePem: null, clientCertificatePem: null, clientKeyPem: null },
    certificateFiles: false,
    admin: null,
    roleOutcome: null,
    connection: { state: 'untried' },
    adding: { state: 'idle' },
  }
}

function isBefore(step: SetupStep, other: SetupStep): boolean {
  return manualSteps.indexOf(step) < manualSteps.indexOf(other)
}

/** The Data source step, filled in with the role that is there now. */
function prefilled(before: Wizard, roleOutcome: RoleOutcome): Wizard {
  const wizard = { ...before, roleOutcome }
  const { admin, draft, rolePassword } = wizard
  if (admin === null) return { ...wizard, draft: { ...draft, roleMade: true } }
  const { role, database } = draft.role
  const { host, port } = admin
  return {
    ...wizard,
    password: rolePassword,
    connection: { state: 'untried' },
    draft: {
      ...draft,
      roleMade: true,
      roleUndo: roleOutcome.undoScript === null ? null : { host, port, database, role, script: roleOutcome.undoScript },
      dataSourceName: draft.dataSourceName || database,
      connectionString: roleConnectionString({ role, host, port, database }),
    },
  }
}

/** Whatever of it changes, the connection is tried again before the wizard goes on. */
function changeSource(wizard: Wizard, change: Partial<SourceFields>): Wizard {
  const { password, plaintextConsent, passwordFromFile, certificates, certificateFiles, ...kept } = {
    ...wizard.draft,
    password: wizard.password,
    plaintextConsent: wizard.plaintextConsent,
    passwordFromFile: wizard.passwordFromFile,
    certificates: wizard.certificates,
    certificateFiles: wizard.certificateFiles,
    ...(change.connectionString === undefined ? {} : agreedAfter(wizard, wizard.draft.connectionString, change.connectionString)),
    ...change,
  }
  return {
    ...wizard,
    password,
    plaintextConsent,
    passwordFromFile,
    certificates,
    certificateFiles,
    draft: kept,
    connection: { state: 'untried' },
  }
}

/** In the order in which the kinds are offered. */
function switched(kinds: readonly GeneratedKind[], kind: GeneratedKind, on: boolean): GeneratedKind[] {
  return GeneratedKind.options.filter((one) => (one === kind ? on : kinds.includes(one)))
}

function stillSelectable(selected: readonly RelationName[], relations: readonly Relation[]): RelationName[] {
  const offered = new Set(relations.filter(({ readable, assetId }) => readable && assetId === null).map(relationKey))
  return selected.filter((name) => offered.has(relationKey(name)))
}

/** What was added leaves the selection; what failed stays in it, to be tried again. */
function added(wizard: Wizard, result: AddedAssets): Wizard {
  const { draft } = wizard
  const gone = new Set(result.added.map(relationKey))
  return {
    ...wizard,
    adding: { state: 'settled', result },
    draft: {
      ...draft,
      selected: draft.selected.filter((name) => !gone.has(relationKey(name))),
      addedAssetIds: [...new Set([...draft.addedAssetIds, ...result.added.map(({ assetId }) => assetId)])],
    },
  }
}
