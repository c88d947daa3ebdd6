import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { notifyError } from '#parts/notify-error.tsx'
import { useCopy } from '#ui/copy-text.ts'

/** Puts a script on the clipboard that is only made when it is asked for, because a verifier takes a moment. */
export function CopyScriptButton({ label, disabled, script }: CopyScriptButtonProps) {
  const { copied, copy } = useCopy()
  const make = async () => await copy(await script())
  return (
    <Button
      variant="default"
      disabled={disabled}
      onClick={() => void make().catch(notifyError)}
      leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
    >
      {copied ? 'Copied' : label}
    </Button>
  )
}

interface CopyScriptButtonProps {
  readonly label: string
  readonly disabled: boolean
  readonly script: () => Promise<string>
}
