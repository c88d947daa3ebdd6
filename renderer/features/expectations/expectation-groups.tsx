import { ActionIcon, Kbd, Menu, Text, Title, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBraces, IconChartLine, IconCopy, IconPencil, IconTrash } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { api } from '#api/client.ts'
import { ExpectationSentence } from '#parts/expectation-sentence.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { SeverityBadge, severityTitles } from '#parts/severity-badge.tsx'
import { OutcomeBadge } from '#parts/verdict-badge.tsx'
import { type Expectation, inputOfExpectation, Severity, type SuiteParameters } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { notify } from '#ui/notify.tsx'
import type { ListGroup, Outcomes } from './expectation-list.ts'
import styles from './expectations.module.css'
import { copyAsGx } from './gx-suite-menu.tsx'

/** The expectations of an asset under their headings. Arrows walk through the sentences; keys edit, duplicate and delete. */
export function ExpectationGroups({ groups, outcomes, parameters, onEdit, onDuplicate, onShowHistory }: ExpectationGroupsProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the buttons inside; here they bubble to one place
    <div className={styles.groups} onKeyDown={walk}>
      {groups.map(({ title, items }) => (
        <section key={title} aria-label={title}>
          <Title order={2} size="h3">
            {title}{' '}
            <Text component="span" c="dimmed" fw={400}>
              {items.length}
            </Text>
          </Title>
          <ul className={styles.list}>
            {items.map((expectation) => (
              <ExpectationRow
                key={expectation.id}
                expectation={expectation}
                outcome={outcomes.get(expectation.id) ?? null}
                parameters={parameters}
                onEdit={() => onEdit(expectation)}
                onDuplicate={() => onDuplicate(expectation)}
                onShowHistory={() => onShowHistory(expectation)}
              />
            ))}
          </ul>
        </section>
      ))}
      <Text c="dimmed" size="xs">
        On a sentence: <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> go on, <Kbd size="xs">Enter</Kbd> edits, <Kbd size="xs">D</Kbd>{' '}
        duplicates, <Kbd size="xs">H</Kbd> shows the history, <Kbd size="xs">Delete</Kbd> deletes.
      </Text>
    </div>
  )
}

interface ExpectationGroupsProps {
  readonly groups: readonly ListGroup[]
  readonly outcomes: Outcomes
  /** Values of the suite parameters that sentences show in place of their names. */
  readonly parameters: SuiteParameters
  onEdit(expectation: Expectation): void
  onDuplicate(expectation: Expectation): void
  onShowHistory(expectation: Expectation): void
}

function ExpectationRow({ expectation, outcome, parameters, onEdit, onDuplicate, onShowHistory }: ExpectationRowProps) {
  return (
    <li className={styles.row}>
      <div>
        <UnstyledButton
          className={styles.open}
          data-sentence
          onClick={onEdit}
          onKeyDown={(event) => {
            if (event.ctrlKey || event.metaKey || event.altKey) return
            if (event.key === 'Delete') {
              neighbour(event.currentTarget)?.focus()
              void remove(expectation)
            } else if (event.key.toLowerCase() === 'd') onDuplicate()
            else if (event.key.toLowerCase() === 'h') onShowHistory()
          }}
        >
          <ExpectationSentence expectation={expectation} parameters={parameters} />
        </UnstyledButton>
        {expectation.notes !== null && <div className={styles.notes}>{expectation.notes}</div>}
      </div>
      <SeverityMenu expectation={expectation} quiet={outcome === null || outcome === 'passed'} />
      {outcome === null ? (
        <Text component="span" c="dimmed">
          Not validated
        </Text>
      ) : (
        <OutcomeBadge outcome={outcome} plain />
      )}
      <div className={styles.rowActions}>
        <Tooltip label="History">
          <ActionIcon aria-label="History" onClick={onShowHistory}>
            <IconChartLine size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Edit">
          <ActionIcon aria-label="Edit" onClick={onEdit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Duplicate">
          <ActionIcon aria-label="Duplicate" onClick={onDuplicate}>
            <IconCopy size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Copy as GX JSON">
          <ActionIcon aria-label="Copy as GX JSON" onClick={() => void copyAsGx(expectation)}>
            <IconBraces size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete">
          <ActionIcon aria-label="Delete" onClick={() => void remove(expectation)}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </li>
  )
}

interface ExpectationRowProps {
  readonly expectation: Expectation
  readonly outcome: ExpectationResult['outcome'] | null
  readonly parameters: SuiteParameters
  onEdit(): void
  onDuplicate(): void
  onShowHistory(): void
}

/** Shows the severity, and changes it in place. */
function SeverityMenu({ expectation, quiet }: { readonly expectation: Expectation; readonly quiet: boolean }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={styles.severity} aria-label={`Severity: ${severityTitles[expectation.severity]}. Change it`}>
          <SeverityBadge severity={expectation.severity} plain quiet={quiet} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {Severity.options.map((severity) => (
          <Menu.Item key={severity} onClick={() => void changeSeverity(expectation, severity)}>
            <SeverityBadge severity={severity} plain />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

async function changeSeverity(expectation: Expectation, severity: Severity): Promise<void> {
  if (severity === expectation.severity) return
  const store = (value: Severity) =>
    api.expectations.update({ id: expectation.id, input: { ...inputOfExpectation(expectation), severity: value } })
  try {
    await store(severity)
  } catch (error) {
    notifyError(error)
    return
  }
  notify({
    message: `The severity is ${severityTitles[severity].toLowerCase()} now, from the next validation on.`,
    undo: () => void store(expectation.severity).catch(notifyError),
  })
}

async function remove({ id }: Expectation): Promise<void> {
  try {
    await api.expectations.remove({ id })
  } catch (error) {
    notifyError(error)
    return
  }
  notify({
    message: 'The expectation was deleted.',
    undo: () => void api.expectations.restore({ id }).catch(notifyError),
  })
}

/** From sentence to sentence, over the groups. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target
  if (!(from instanceof HTMLElement) || from.dataset.sentence === undefined) return
  const all = sentencesIn(event.currentTarget)
  const at = all.indexOf(from)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  all[to]?.focus()
}

/** Who gets the focus when this one goes. */
function neighbour(sentence: HTMLElement): HTMLElement | undefined {
  const all = sentencesIn(document.body)
  const at = all.indexOf(sentence)
  return all[at + 1] ?? all[at - 1]
}

function sentencesIn(within: HTMLElement): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>('[data-sentence]')]
}
