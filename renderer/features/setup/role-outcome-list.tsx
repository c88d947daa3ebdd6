import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconEqual, IconMinus } from '@tabler/icons-react'
import { clsx } from 'clsx'
import { useEffect, useRef, useState } from 'react'
import { assertNever } from '#shared/assert-never.ts'
import type { RoleOutcome } from '#shared/model/role-plan.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { countOf } from '#ui/format.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'
import styles from './setup.module.css'

type Statement = RoleOutcome['statements'][number]

/** As many statements as are shown at once; of more, those that failed come first and the others are asked for. */
const FEW = 8

/** What each statement of the script did, and what to do about those that failed. */
export function RoleOutcomeList({ outcome, role, busy, onSetPassword }: RoleOutcomeListProps) {
  const { statements, result, sentence, remedy } = outcome
  const [all, setAll] = useState(false)
  const section = useRef<HTMLElement>(null)
  // It may come below what is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new outcome is shown
  useEffect(() => {
    // What it returns in newer browsers is no clean-up.
    section.current?.scrollIntoView({ block: 'nearest' })
  }, [outcome])
  const failed = statements.filter((statement) => statement.outcome === 'failed')
  const others = statements.filter((statement) => statement.outcome !== 'failed')
  const folded = !all && statements.length > FEW
  return (
    <section ref={section} aria-label="Outcome" className={clsx(styles.panel, styles.outcome)} role="status">
      <Stack gap={8}>
        <Text component="p" m={0} fw={600}>
          {sentence ?? titleOf(result, role)}
        </Text>
        {failed.length > 0 && <StatementList statements={failed} />}
        {remedy !== null && (
          <Text component="p" m={0}>
            {remedy}
          </Text>
        )}
        {result === 'partly' && (
          <Group>
            <CopyButton value={toHandOn(failed)} label="Copy what failed" />
          </Group>
        )}
        {outcome.asksForPasswordChange && (
          <Group>
            <Button variant="default" onClick={onSetPassword} loading={busy}>
              Set this password
            </Button>
          </Group>
        )}
        {others.length > 0 && !folded && <StatementList statements={others} />}
        {others.length > 0 && folded && (
          <Group>
            <Button variant="default" onClick={() => setAll(true)}>
              Show {countOf(others.length, failed.length > 0 ? 'other statement' : 'statement')}
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  )
}

interface RoleOutcomeListProps {
  readonly outcome: RoleOutcome
  readonly role: string
  readonly busy: boolean
  readonly onSetPassword: () => void
}

function StatementList({ statements }: { readonly statements: readonly Statement[] }) {
  return (
    <ul className={styles.statements}>
      {statements.map((statement) => (
        <StatementRow key={statement.sql} statement={statement} />
      ))}
    </ul>
  )
}

function StatementRow({ statement }: { readonly statement: Statement }) {
  const { icon: Icon, text, tone } = looks[statement.outcome]
  return (
    <li className={styles.statement}>
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
}

const looks: Readonly<Record<Statement['outcome'], { icon: typeof IconMinus; text: string; tone: Tone }>> = {
  done: { icon: IconCircleCheck, text: 'Done', tone: 'passed' },
  unchanged: { icon: IconEqual, text: 'Was so', tone: 'neutral' },
  failed: { icon: IconCircleX, text: 'Failed', tone: 'failed' },
  'not-run': { icon: IconMinus, text: 'Not run', tone: 'neutral' },
}

function titleOf(result: RoleOutcome['result'], role: string): string {
  switch (result) {
    case 'made':
      return `The role ${role} was made.`
    case 'unchanged':
      return `The role ${role} was there with all of this. Nothing was changed.`
    case 'partly':
      return `The role ${role} is there, but not all of the script was carried out.`
    case 'not-made':
      return 'The role was not made; nothing was changed.'
    default:
      return assertNever(result)
  }
}

/** For who may run it: each statement, and above it why it failed. An error's text may have lines of its own. */
function toHandOn(failed: readonly Statement[]): string {
  return failed.map(({ sql, sentence }) => `-- ${(sentence ?? '').replace(/[\r\n]+/g, ' ')}\n${sql};\n`).join('')
}
