import { Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '#api/client.ts'
import { LostVaultDialog } from '#parts/lost-vault-dialog.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { useUnlockPrompt } from '#parts/use-password-prompt.ts'
import { vaultLook } from '#parts/vault-look.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { LockAfterMinutes, lockAfterChoices, SecretMode } from '#shared/model/secret.ts'
import { Section } from '#ui/section.tsx'
import { ToneBadge } from '#ui/tone-badge.tsx'
import { useAction } from '#ui/use-action.ts'
import { ChangePassphraseDialog, CreateVaultDialog } from './vault-dialogs.tsx'

type Dialog = 'create' | 'change' | 'lost' | null

/** Where passwords and keys are saved, and the vault. */
export function SecretsSection({ vault }: { readonly vault: VaultStatus }) {
  const [dialog, setDialog] = useState<Dialog>(null)
  const choose = (mode: SecretMode) => {
    if (mode === 'vault' && vault.vault === 'none') return setDialog('create')
    void api.app.vault.choose({ mode }).catch(notifyError)
  }
  return (
    <Section
      title="Passwords and keys"
      about="Where what you save from now on goes. What is saved already stays where it is until you move it."
    >
      <Stack gap={12} align="flex-start">
        <SegmentedControl
          aria-label="Save passwords in"
          data={modes}
          value={vault.chosen}
          onChange={(value) => choose(SecretMode.parse(value))}
        />
        <Stack gap={4} align="flex-start">
          <StateBadge vault={vault} />
          <Text component="p" m={0}>
            {vault.sentence}
          </Text>
          {vault.remedy !== null && (
            <Text component="p" m={0} c="dimmed">
              {vault.remedy}
            </Text>
          )}
        </Stack>
        {vault.chosen === 'os-keychain' && vault.probe !== 'ok' && <TryAgain onVault={() => choose('vault')} />}
        {vault.vault !== 'none' && <VaultControls vault={vault} onDialog={setDialog} />}
      </Stack>
      <CreateVaultDialog opened={dialog === 'create'} onLeave={() => setDialog(null)} />
      <ChangePassphraseDialog opened={dialog === 'change'} onLeave={() => setDialog(null)} />
      <LostVaultDialog opened={dialog === 'lost'} onLeave={() => setDialog(null)} onAnew={() => setDialog('create')} />
    </Section>
  )
}

function StateBadge({ vault }: { readonly vault: VaultStatus }) {
  const { tone, text, icon: Icon } = vaultLook(vault)
  return <ToneBadge tone={tone} icon={<Icon size={14} aria-hidden />} text={text} />
}

/** The keychain was chosen and does not work: nothing else is taken in its place unless the person says so. */
function TryAgain({ onVault }: { readonly onVault: () => void }) {
  const probing = useAction<VaultStatus>({ outlives: true })
  return (
    <>
      {probing.error !== null && <Problem error={probing.error} />}
      <Group gap="xs">
        <Button variant="default" loading={probing.busy} onClick={() => void probing.run((signal) => api.app.vault.probe({}, { signal }))}>
          Try again
        </Button>
        <Button variant="default" onClick={onVault}>
          Use a vault instead
        </Button>
      </Group>
    </>
  )
}

function VaultControls({ vault, onDialog }: { readonly vault: VaultStatus; readonly onDialog: (dialog: Dialog) => void }) {
  const askUnlock = useUnlockPrompt()
  const locked = vault.vault === 'locked'
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="The vault locks itself"
        data={lockChoices}
        value={String(vault.lockAfterMinutes)}
        onChange={(value) =>
          void api.app.vault.setAutoLock({ minutes: LockAfterMinutes.parse(JSON.parse(value ?? 'null')) }).catch(notifyError)
        }
        allowDeselect={false}
        w={240}
      />
      {locked ? (
        <>
          <Button onClick={() => void askUnlock()}>Unlock</Button>
          <Button variant="default" onClick={() => onDialog('lost')}>
            It does not open …
          </Button>
        </>
      ) : (
        <>
          <Button
            variant="default"
            leftSection={<IconLock size={14} aria-hidden />}
            onClick={() => void api.app.vault.lock({}).catch(notifyError)}
          >
            Lock now
          </Button>
          <Button variant="default" onClick={() => onDialog('change')}>
            Change passphrase
          </Button>
        </>
      )}
    </Group>
  )
}

const modes: { value: SecretMode; label: string }[] = [
  { value: 'os-keychain', label: 'Keychain' },
  { value: 'vault', label: 'Vault with a passphrase' },
  { value: 'session-only', label: 'Memory only' },
]

const lockChoices = lockAfterChoices.map((minutes) => ({
  value: String(minutes),
  label: minutes === null ? 'only when told to' : minutes === 60 ? 'after 1 hour without use' : `after ${minutes} minutes without use`,
}))
