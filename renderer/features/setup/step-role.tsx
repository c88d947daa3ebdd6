import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { AdminDialog } from '#parts/admin-dialog.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { checkRolePlan, type RolePlanProblem } from '#shared/postgres/role-script.ts'
import { useAction } from '#ui/use-action.ts'
import { RoleForm } from './role-form.tsx'
import { RoleOutcomeList } from './role-outcome-list.tsx'
import { RoleScriptPanel } from './role-script-panel.tsx'
import { RoleTablesDialog } from './role-tables-dialog.tsx'
import styles from './setup.module.css'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

/** Makes a role that may only read, by the script that is shown, or hands the script to whoever may run it. */
export function StepRole({ wizard, dispatch, goTo }: StepProps) {
  const { draft, rolePassword, admin, roleOutcome } = wizard
  const { role: plan, roleMade } = draft
  const [dialog, setDialog] = useState<Dialog>(null)
  const [tried, setTried] = useState(false)
  const making = useAction<RoleOutcome>()
  const mark = useQuery(queries.setup.roleMark.queryOptions({ input: {} }))
  const surroundings = useSurroundings(admin, plan)

  const problems = new Map(checkRolePlan(plan).map(({ field, sentence }) => [field, sentence]))
  const elsewhere = admin !== null && plan.database !== '' && plan.database !== admin.database
  const problemOf = (field: RolePlanProblem['field']) => (tried || isTouched(plan, field) ? (problems.get(field) ?? null) : null)

  const make = async (session: AdminSession, setPassword: boolean) => {
    const database = plan.database || session.database
    if (database !== session.database) return
    const input = { adminId: session.adminId, plan: { ...plan, database }, password: rolePassword, setPassword }
    const outcome = await making.run((signal) => api.setup.createRole(input, { signal }))
    // Without an answer the session may be gone; the next Execute asks for it again.
    dispatch(outcome === null ? { type: 'admin-closed' } : { type: 'role-settled', outcome })
    if (outcome !== null) void surroundings.refetch()
  }
  const execute = (setPassword = false) => {
    setTried(true)
    const missing = [...problems.keys()].filter((field) => field !== 'database' || plan.database !== '')
    if (missing.length > 0 || rolePassword === '' || making.busy) return
    if (admin === null) setDialog('admin-to-execute')
    else void make(admin, setPassword)
  }
  const refresh = () => {
    if (admin !== null && !surroundings.isError) return void surroundings.refetch()
    // What could not be read by a connection is not read by the same one: it may have been idle for too long.
    if (admin !== null) dispatch({ type: 'admin-closed' })
    setDialog('admin-to-refresh')
  }
  const opened = (session: AdminSession) => {
    setDialog(dialog === 'admin-to-choose' ? 'tables' : null)
    if (dialog === 'admin-to-execute') void make(session, false)
  }
  const goOn = () => {
    // SECURITY: the administrator's connection is not kept longer than it is of use.
    if (admin !== null) {
      void api.setup.closeAdmin({ adminId: admin.adminId }).catch(notifyError)
      dispatch({ type: 'admin-closed' })
    }
    goTo('data-source')
  }
  useExecuteKey(() => execute(), dialog !== null)

  return (
    <StepFrame
      title="Role"
      about="Optional, and safer: a role of its own for this connection, which may read what you choose and change nothing."
      onBack={() => goTo('prerequisites')}
      onNext={goOn}
      next={roleMade ? 'Continue' : 'I have a role already'}
      width="wide"
    >
      <div className={styles.columns}>
        <RoleForm
          plan={plan}
          onChange={(change) => dispatch({ type: 'role-changed', change })}
          problemOf={problemOf}
          surroundings={surroundings.data ?? null}
          schemaNames={admin?.schemas ?? []}
          database={{
            placeholder: admin?.database ?? 'YourDatabaseName',
            problem: elsewhere
              ? `The administrator is connected to ${admin.database}. The script must run in the database that it is for.`
              : problemOf('database'),
          }}
          password={{
            value: rolePassword,
            onChange: (password) => dispatch({ type: 'role-password-changed', password }),
            problem: tried && rolePassword === '' ? 'Type a password, or have one made.' : null,
          }}
          onChooseTables={() => setDialog(admin === null ? 'admin-to-choose' : 'tables')}
        />
        <RoleScriptPanel
          plan={legible(plan, problems)}
          mark={mark.data?.mark ?? null}
          surroundings={surroundings.data ?? null}
          password={rolePassword}
          admin={admin}
          complete={problems.size === 0}
          busy={making.busy}
          refreshing={surroundings.isFetching}
          onExecute={() => execute()}
          onRefresh={refresh}
        >
          {surroundings.isError && <Problem error={surroundings.error} onRetry={refresh} />}
          {making.error !== null && <Problem error={making.error} onRetry={() => execute()} />}
          {roleOutcome !== null && (
            <RoleOutcomeList outcome={roleOutcome} role={plan.role} busy={making.busy} onSetPassword={() => execute(true)} />
          )}
        </RoleScriptPanel>
      </div>
      <AdminDialog
        about="A login that may create roles, in the database that the role is for. It is kept in memory while this set-up needs it, and closed after ten minutes without use."
        submit={dialog === 'admin-to-execute' ? 'Connect and execute' : 'Connect'}
        opened={dialog !== null && dialog !== 'tables'}
        onClose={() => setDialog(null)}
        onOpened={(session, choice) => {
          dispatch({ type: 'admin-opened', session, ...choice })
          opened(session)
        }}
      />
      {admin !== null && (
        <RoleTablesDialog
          admin={admin}
          plan={plan}
          opened={dialog === 'tables'}
          onClose={() => setDialog(null)}
          onChosen={(tables) => {
            setDialog(null)
            dispatch({ type: 'role-changed', change: { tables: [...tables] } })
          }}
        />
      )}
    </StepFrame>
  )
}

/** The administrator is asked for the first of these that needs one. */
type Dialog = 'admin-to-execute' | 'admin-to-refresh' | 'admin-to-choose' | 'tables' | null

/** Read again when the names have stopped changing; nothing without an administrator. */
function useSurroundings(admin: AdminSession | null, plan: RolePlan) {
  const { role, schemas } = plan
  const [names] = useDebouncedValue({ role, schemas }, 400)
  const input = { adminId: admin?.adminId ?? '', ...names }
  const readable = checkRolePlan({ ...plan, ...names }).every(({ field }) => field !== 'role' && field !== 'schemas')
  return useQuery({ ...queries.setup.surroundings.queryOptions({ input, staleTime: 0 }), enabled: admin !== null && readable })
}

function isTouched(plan: RolePlan, field: RolePlanProblem['field']): boolean {
  const value = plan[field]
  return field === 'tables' ? false : value !== null && value.length > 0
}

/** The plan with a stand-in for each name that is missing or cannot be one, so that the script can always be read. */
function legible(plan: RolePlan, problems: ReadonlyMap<string, string>): RolePlan {
  return {
    ...plan,
    role: problems.has('role') ? 'your_role' : plan.role,
    database: problems.has('database') ? 'your_database' : plan.database,
    schemas: problems.has('schemas') ? ['your_schema'] : plan.schemas,
    tables: problems.has('tables') ? [] : plan.tables,
  }
}

/** F5 runs the script, as in the query pane, in place of reloading the page. */
function useExecuteKey(execute: () => void, off: boolean): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F5' || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      if (!off) execute()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [execute, off])
}
