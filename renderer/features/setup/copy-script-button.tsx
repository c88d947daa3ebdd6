import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { notifyError } from '#parts/notify-error.tsx'

/** Puts a script on the clipboard that is only made when it is asked for, because a verifier takes a moment. */
export function CopyScriptButton({ label, disabled, script }: CopyScriptButtonProps) {
  const clipboard = useClipboard({ timeout: 2_000 })
  const copy = async () => clipboard.copy(await script())
  return (
    <Button
      variant="default"
      disabled={disabled}
      onClick={() => void copy().catch(notifyError)}
      leftSection={clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
    >
      {clipboard.copied ? 'Copied' : label}
    </Button>
  )
}

interface CopyScriptButtonProps {
  readonly label: string
  readonly disabled: boolean
  readonly script: () => Promise<string>
}
