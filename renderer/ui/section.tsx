import { Group, Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'

/** A part of a page under its own heading. */
export function Section({ title, about, actions, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" align="flex-end" mb={8} gap="sm">
        <div>
          <Title order={2} id={id}>
            {title}
          </Title>
          {about !== undefined && (
            <Text component="div" c="dimmed">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </section>
  )
}

interface SectionProps {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}
