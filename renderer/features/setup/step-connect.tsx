import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { api } from '#api/client.ts'
import { useConnectTrace } from '#parts/connect-attempt.ts'
import { ConnectUnderWay } from '#parts/connect-checklist.tsx'
import { type ConnectChoice, ConnectFailure, ConnectSuccess } from '#parts/connect-report.tsx'
import { isVaultLocked, LockedVault } from '#parts/locked-vault.tsx'
import { LoginDiagnosisPanel } from '#parts/login-diagnosis.tsx'
import { Problem } from '#parts/problem.tsx'
import { RoleProofSection } from '#parts/role-proof.tsx'
import { useCurrentDataSource } from '#parts/use-current-data-source.ts'
import { assertNever } from '#shared/assert-never.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'
import { connectPlan, dataSourceInput } from './wizard-draft.ts'
import { connectedWith, type Wizard } from './wizard-state.ts'

/** Tries what the Data source step says, and stores it once it works. */
export function StepConnect({ wizard, dispatch, goTo }: StepProps) {
  const { connection, draft } = wizard
  const abort = useRef<AbortController | null>(null)
  const { trace, watch } = useConnectTrace()
  const current = useCurrentDataSource()

  const connect = async (attempt: Wizard) => {
    abort.current?.abort()
    const own = new AbortController()
    abort.current = own
    dispatch({ type: 'connecting' })
    try {
      const { report, dataSourceId } = await connectAndStore(attempt, watch, own.signal)
      if (dataSourceId !== null) current.choose(dataSourceId)
      if (!own.signal.aborted) dispatch({ type: 'connect-settled', report, dataSourceId })
      else if (dataSourceId !== null) dispatch({ type: 'stored-late', dataSourceId })
    } catch (error) {
      if (!own.signal.aborted) dispatch({ type: 'connect-broke', error })
    }
  }
  const stop = () => {
    abort.current?.abort()
    dispatch({ type: 'connect-stopped' })
    goTo('data-source')
  }
  const choose = (choice: ConnectChoice) => {
    switch (choice) {
      case 'retry':
        return void connect(wizard)
      case 'enter-password':
        return goTo('data-source')
      case 'accept-unverified':
        return connectWith({ sslmode: 'require', plaintextConsent: false })
      case 'accept-plaintext':
        return connectWith({ sslmode: 'disable', plaintextConsent: true })
      default:
        return assertNever(choice)
    }
  }
  const connectWith = (change: Pick<Wizard['draft'], 'sslmode'> & Pick<Wizard, 'plaintextConsent'>) => {
    dispatch({ type: 'source-changed', change })
    void connect({ ...wizard, plaintextConsent: change.plaintextConsent, draft: { ...draft, sslmode: change.sslmode } })
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: coming to this step without an answer of the server is the one reason to begin by itself
  useEffect(() => {
    if (connection.state !== 'settled') void connect(wizard)
    return () => abort.current?.abort()
  }, [])

  const connected = connectedWith(connection)
  return (
    <StepFrame
      title="Connect"
      about={draft.dataSourceName}
      onBack={() => (connection.state === 'trying' ? stop() : goTo('data-source'))}
      onNext={() => goTo('tables')}
      {...(connected ? { next: 'Continue' } : {})}
      nextDisabled={!connected}
      extra={
        connected && (
          <Button variant="default" onClick={() => void connect(wizard)}>
            Test again
          </Button>
        )
      }
    >
      <div>
        {connection.state === 'trying' && <ConnectUnderWay trace={trace} onCancel={stop} />}
        {connection.state === 'broken' &&
          (isVaultLocked(connection.error) ? (
            <LockedVault error={connection.error} onUnlocked={() => void connect(wizard)} withinForm />
          ) : (
            <Problem error={connection.error} onRetry={() => void connect(wizard)} />
          ))}
        {connection.state === 'settled' &&
          (connection.report.ok ? (
            <ConnectSuccess report={connection.report} {...hostOf(draft.connectionString)} />
          ) : (
            <>
              <ConnectFailure report={connection.report} onChoice={choose} />
              <LoginDiagnosisPanel report={connection.report} {...whoAndWhere(draft.connectionString)} />
            </>
          ))}
      </div>
      {connected && draft.dataSourceId !== null && <RoleProofSection id={draft.dataSourceId} begin />}
    </StepFrame>
  )
}

function hostOf(connectionString: string): { readonly host?: string } {
  const parsed = parseConnectionString(connectionString)
  return parsed.ok ? { host: parsed.fields.host } : {}
}

function whoAndWhere(connectionString: string): { readonly role: string; readonly database: string } {
  const parsed = parseConnectionString(connectionString)
  return parsed.ok ? { role: parsed.fields.user, database: parsed.fields.database } : { role: '', database: '' }
}

type Watch = ReturnType<typeof useConnectTrace>['watch']

interface Connected {
  readonly report: ConnectReport
  /** null: refused, so nothing was stored. */
  readonly dataSourceId: string | null
}

async function connectAndStore(wizard: Wizard, watch: Watch, signal: AbortSignal): Promise<Connected> {
  const input = dataSourceInput(wizard)
  const id = wizard.draft.dataSourceId
  if (connectPlan(wizard) === 'store-first' && id !== null) {
    await api.dataSources.update({ id, input }, { signal })
    await keepUndo(wizard, id)
    return { report: await watch(await api.dataSources.connect({ id }, { signal })), dataSourceId: id }
  }
  const report = await watch(await api.dataSources.test(input, { signal }))
  if (!report.ok) return { report, dataSourceId: null }
  const stored = id === null ? await api.dataSources.create(input) : await api.dataSources.update({ id, input })
  await keepUndo(wizard, stored.id)
  return { report, dataSourceId: stored.id }
}

/** The data source of a role that was made here keeps what takes the role back. */
async function keepUndo({ draft: { roleUndo } }: Wizard, id: string): Promise<void> {
  if (roleUndo !== null) await api.setup.keepUndo({ id, undo: roleUndo })
}
