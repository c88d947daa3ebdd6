import { Button, Checkbox, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import { AdminDialog } from '#parts/admin-dialog.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { PasswordField } from '#parts/password-field.tsx'
import { Problem } from '#parts/problem.tsx'
import type { AdminSession, RoleOutcome, RolePlan } from '#shared/model/setup.ts'
import { checkRolePlan, roleScript } from '#shared/postgres/role-script.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { useAction } from '#ui/use-action.ts'
import { RoleOutcomeList } from './role-outcome-list.tsx'
import { ScriptView } from './script-view.tsx'
import styles from './setup.module.css'
import type { StepProps } from './setup-wizard.tsx'
import { StepFrame } from './step-frame.tsx'

/** Makes a role that may only read, by the script that is shown, or hands the script to whoever may run it. */
export function StepRole({ wizard, dispatch, goTo }: StepProps) {
  const { draft, rolePassword, admin, roleOutcome } = wizard
  const { role: plan, roleMade } = draft
  const [asking, setAsking] = useState(false)
  const [copyPassword, setCopyPassword] = useState(false)
  const [tried, setTried] = useState(false)
  const making = useAction<RoleOutcome>()

  const problems = new Map(checkRolePlan(plan).map(({ field, sentence }) => [field, sentence]))
  const complete = problems.size === 0 && rolePassword !== ''
  const elsewhere = admin !== null && plan.database !== '' && plan.database !== admin.database
  const problemOf = (field: 'role' | 'database' | 'schema') => (tried || plan[field] !== '' ? (problems.get(field) ?? null) : null)
  const hidden = { kind: 'hidden' } as const
  const script = roleScript(legible(plan, problems), hidden)

  const make = async (session: AdminSession) => {
    const database = plan.database || session.database
    if (database !== session.database) return
    const outcome = await making.run((signal) =>
      api.setup.createRole({ adminId: session.adminId, plan: { ...plan, database }, password: rolePassword }, { signal }),
    )
    // Without an answer the session may be gone; the next Execute asks for it again.
    dispatch(outcome === null ? { type: 'admin-closed' } : { type: 'role-settled', outcome })
  }
  const execute = () => {
    setTried(true)
    const missing = [...problems.keys()].filter((field) => field !== 'database' || plan.database !== '')
    if (missing.length > 0 || rolePassword === '' || making.busy) return
    if (admin === null) setAsking(true)
    else void make(admin)
  }
  const goOn = () => {
    // SECURITY: the administrator's connection is not kept longer than it is of use.
    if (admin !== null) {
      void api.setup.closeAdmin({ adminId: admin.adminId }).catch(notifyError)
      dispatch({ type: 'admin-closed' })
    }
    goTo('data-source')
  }
  useExecuteKey(execute, asking)

  return (
    <StepFrame
      title="Role"
      about="Optional, and safer: a role of its own for this connection, which may read one schema and change nothing."
      onBack={() => goTo('prerequisites')}
      onNext={goOn}
      next={roleMade ? 'Continue' : 'I have a role already'}
      width="wide"
    >
      <div className={styles.columns}>
        <Stack gap="sm">
          <TextInput
            label="Role name"
            value={plan.role}
            onChange={(event) => dispatch({ type: 'role-changed', change: { role: event.currentTarget.value } })}
            error={problemOf('role')}
            {...nameInput}
          />
          <TextInput
            label="Database"
            placeholder={admin?.database ?? 'YourDatabaseName'}
            value={plan.database}
            onChange={(event) => dispatch({ type: 'role-changed', change: { database: event.currentTarget.value } })}
            error={
              elsewhere
                ? `The administrator is connected to ${admin.database}. The script must run in the database that it is for.`
                : problemOf('database')
            }
            {...nameInput}
          />
          <TextInput
            label="Schema"
            value={plan.schema}
            onChange={(event) => dispatch({ type: 'role-changed', change: { schema: event.currentTarget.value } })}
            error={problemOf('schema')}
            {...nameInput}
          />
          <Switch
            label="Also tables that are made later"
            checked={plan.futureTables}
            onChange={(event) => dispatch({ type: 'role-changed', change: { futureTables: event.currentTarget.checked } })}
          />
          <PasswordField
            label="Password of the role"
            value={rolePassword}
            onChange={(password) => dispatch({ type: 'role-password-changed', password })}
            error={tried && rolePassword === '' ? 'Type a password, or have one made.' : null}
            canMake
          />
        </Stack>
        <Stack gap={8}>
          <ScriptView sql={script} label="Script that makes the role" />
          <Group gap="xs">
            <Button onClick={execute} loading={making.busy}>
              Execute (F5)
            </Button>
            <CopyButton
              value={copyPassword && complete ? roleScript(plan, { kind: 'plain', password: rolePassword }) : script}
              label={copyPassword ? 'Copy with the password' : 'Copy'}
              disabled={problems.size > 0}
            />
            <Checkbox
              label="Copy the password with it"
              checked={copyPassword}
              disabled={rolePassword === ''}
              onChange={(event) => setCopyPassword(event.currentTarget.checked)}
            />
          </Group>
          <Text component="p" m={0} c="dimmed">
            Execute asks for a login that may create roles, and sends the server a verifier in place of the password. Without such a login,
            copy the script for your database administrator and put the password in.
          </Text>
          {admin !== null && (
            <Text component="p" m={0}>
              Connected as {admin.role} to {admin.database} at {admin.host}.
              {!admin.canCreateRole && ' This login may not create roles, so the script will probably be refused.'}
            </Text>
          )}
          {making.error !== null && <Problem error={making.error} onRetry={execute} />}
          {roleOutcome !== null && <RoleOutcomeList outcome={roleOutcome} role={plan.role} />}
        </Stack>
      </div>
      <AdminDialog
        about="A login that may create roles, in the database that the role is for. It is kept in memory while this set-up needs it, and closed after ten minutes without use."
        submit="Connect and execute"
        opened={asking}
        onClose={() => setAsking(false)}
        onOpened={(session, choice) => {
          setAsking(false)
          dispatch({ type: 'admin-opened', session, ...choice })
          void make(session)
        }}
      />
    </StepFrame>
  )
}

const nameInput = { autoComplete: 'off', spellCheck: false, maxLength: 200, classNames: { input: 'monospace' } } as const

/** The plan with a stand-in for each name that is missing or cannot be one, so that the script can always be read. */
function legible(plan: RolePlan, problems: ReadonlyMap<string, string>): RolePlan {
  return {
    ...plan,
    role: problems.has('role') ? 'your_role' : plan.role,
    database: problems.has('database') ? 'your_database' : plan.database,
    schema: problems.has('schema') ? 'your_schema' : plan.schema,
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
