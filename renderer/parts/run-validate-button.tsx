import { Button, type ButtonProps } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useValidate } from './run-validate.ts'

/** Validates these assets and goes to the run. */
export function ValidateButton({ assetIds, label = 'Validate', period = null, ...rest }: ValidateButtonProps) {
  const validate = useValidate()
  const [starting, setStarting] = useState(false)
  const start = async () => {
    setStarting(true)
    try {
      await validate(assetIds, period)
    } finally {
      setStarting(false)
    }
  }
  return (
    <Button
      leftSection={<IconPlayerPlay size={14} aria-hidden />}
      loading={starting}
      disabled={assetIds.length === 0}
      onClick={() => void start()}
      {...rest}
    >
      {label}
    </Button>
  )
}

interface ValidateButtonProps extends Pick<ButtonProps, 'variant' | 'size'> {
  readonly assetIds: readonly string[]
  readonly label?: ReactNode
  /** Which batch; null: the newest, or the whole table. */
  readonly period?: string | null
}
