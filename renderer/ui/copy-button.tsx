import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useCopy } from './copy-text.ts'

/** Puts a text on the clipboard and says that it did. */
export function CopyButton({ value, label = 'Copy', disabled = false }: CopyButtonProps) {
  const { copied, copy } = useCopy()
  return (
    <Button
      variant="default"
      onClick={() => void copy(value)}
      disabled={disabled}
      leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
    >
      {copied ? 'Copied' : label}
    </Button>
  )
}

interface CopyButtonProps {
  readonly value: string
  readonly label?: string
  readonly disabled?: boolean
}
