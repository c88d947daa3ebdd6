import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { makeVerifier } from '#parts/role-verifier.ts'
import type { RolePlan, RoleSurroundings } from '#shared/model/role-plan.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { type RolePassword, roleScript } from '#shared/postgres/role-script.ts'
import { CopyScriptButton } from './copy-script-button.tsx'
import { ScriptView } from './script-view.tsx'

/** The script as it will run, to execute or to hand on. */
export function RoleScriptPanel(props: RoleScriptPanelProps) {
  const { plan, mark, surroundings, password, admin, complete, children } = props
  const [inClear, setInClear] = useState(false)
  const options = { mark: mark ?? '', surroundings, setPassword: false }
  /** SECURITY: what is handed on holds a verifier, unless a person has ticked that it holds the password. */
  const toHandOn = async () => {
    const secret: RolePassword =
      password === ''
        ? { kind: 'hidden' }
        : inClear
          ? { kind: 'plain', password }
          : { kind: 'verifier', verifier: await makeVerifier(password) }
    return roleScript(plan, options, secret)
  }
  return (
    <Stack gap={8}>
      <ScriptView sql={roleScript(plan, options, { kind: 'hidden' })} label="Script that makes the role" />
      <Group gap="xs">
        <Button onClick={props.onExecute} loading={props.busy}>
          Execute (F5)
        </Button>
        <Button variant="default" onClick={props.onRefresh} loading={props.refreshing} leftSection={<IconRefresh size={14} aria-hidden />}>
          Refresh
        </Button>
        <CopyScriptButton label="Copy for a DBA" disabled={!complete || mark === null} script={toHandOn} />
        <Checkbox
          label="with the password in clear"
          checked={inClear}
          disabled={password === ''}
          onChange={(event) => setInClear(event.currentTarget.checked)}
        />
      </Group>
      <Text component="p" m={0} c="dimmed">
        Execute asks for a login that may create roles, and sends a verifier in place of the password. The copy holds the verifier too,
        unless the box is ticked. Executed again, the script adds what is missing and changes nothing else.
      </Text>
      {admin !== null && (
        <Text component="p" m={0}>
          Connected as {admin.role} to {admin.database} at {admin.host}.
          {!admin.canCreateRole && ' This login may not create roles, so the script will probably be refused.'}
          {existingWords(surroundings)}
        </Text>
      )}
      {children}
    </Stack>
  )
}

interface RoleScriptPanelProps {
  /** With a stand-in for each name that cannot be one. */
  readonly plan: RolePlan
  /** null: not known yet. */
  readonly mark: string | null
  readonly surroundings: RoleSurroundings | null
  readonly password: string
  readonly admin: AdminSession | null
  /** All names are there. */
  readonly complete: boolean
  readonly busy: boolean
  readonly refreshing: boolean
  readonly onExecute: () => void
  readonly onRefresh: () => void
  /** What came of it. */
  readonly children: ReactNode
}

function existingWords(surroundings: RoleSurroundings | null): string {
  switch (surroundings?.existing) {
    case 'ours':
      return ' The role is there, made here before: the script completes it.'
    case 'not-ours':
      return ' There is a role of this name that was not made here. Execute would not change it.'
    default:
      return ''
  }
}
