import { Button, Group, Text, Title } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import styles from './step-frame.module.css'

/** The frame of a step: its heading takes the focus, Enter goes on, the buttons stand at one place. */
export function StepFrame({ title, about, children, onBack, onNext, next, nextDisabled = false, extra, width }: StepFrameProps) {
  const form = useRef<HTMLFormElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!nextDisabled) onNext?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') form.current?.requestSubmit()
  }

  return (
    <form ref={form} onSubmit={submit} className={styles.frame} data-width={width} noValidate>
      <div>
        <Title order={2} ref={heading} tabIndex={-1} onKeyDown={onKeyDown} className={styles.heading}>
          {title}
        </Title>
        {about !== undefined && (
          <Text component="div" c="dimmed" maw={720}>
            {about}
          </Text>
        )}
      </div>
      {children}
      <Group gap="xs" className={styles.buttons}>
        {onBack !== undefined && (
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        )}
        {next !== undefined && (
          <Button type="submit" disabled={nextDisabled}>
            {next}
          </Button>
        )}
        {extra}
      </Group>
    </form>
  )
}

interface StepFrameProps {
  readonly title: string
  readonly about?: ReactNode
  readonly children: ReactNode
  readonly onBack?: () => void
  readonly onNext?: () => void
  /** The words on the button that goes on; left out, there is none. */
  readonly next?: string
  readonly nextDisabled?: boolean
  /** Further buttons, after it. */
  readonly extra?: ReactNode
  /** `wide`: two columns or a table. */
  readonly width?: 'wide'
}
