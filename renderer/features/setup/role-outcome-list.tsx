import { Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconMinus } from '@tabler/icons-react'
import type { RoleOutcome } from '#shared/model/setup.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'
import styles from './setup.module.css'

/** What each statement of the script did. */
export function RoleOutcomeList({ outcome, role }: { readonly outcome: RoleOutcome; readonly role: string }) {
  return (
    <section aria-label="Outcome" className={styles.panel} role="status">
      <Text component="p" m={0} mb={8} fw={600}>
        {outcome.made ? `The role ${role} was made.` : 'The role was not made; nothing was changed.'}
      </Text>
      <ul className={styles.statements}>
        {outcome.statements.map((statement) => {
          const { icon: Icon, text, tone } = looks[statement.outcome]
          return (
            <li key={statement.sql} className={styles.statement}>
              <ToneBadge tone={tone} icon={<Icon size={14} aria-hidden />} text={text} plain />
              <div>
                <code>{statement.sql}</code>
                {statement.sentence !== null && (
                  <Text component="p" m={0}>
                    {statement.sentence}
                    {statement.sqlstate !== null && ` (SQLSTATE ${statement.sqlstate})`}
                  </Text>
                )}
              </div>
            </li>
          )
        })}
      </ul>
      {outcome.remedy !== null && (
        <Text component="p" m={0} mt={8}>
          {outcome.remedy}
        </Text>
      )}
    </section>
  )
}

const looks: Readonly<Record<RoleOutcome['statements'][number]['outcome'], { icon: typeof IconMinus; text: string; tone: Tone }>> = {
  done: { icon: IconCircleCheck, text: 'Done', tone: 'passed' },
  failed: { icon: IconCircleX, text: 'Failed', tone: 'failed' },
  'not-run': { icon: IconMinus, text: 'Not run', tone: 'neutral' },
}
