import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconChartLine, IconCopy, IconDots, IconPencil, IconTable } from '@tabler/icons-react'
import { drawnFacts, mayFailOf, pictureOf } from '#parts/result-picture.ts'
import { detailFacts, observedText, percentText, unexpectedSentence } from '#parts/run-view.ts'
import { SeverityBadge } from '#parts/severity-badge.tsx'
import { OutcomeBadge } from '#parts/verdict-badge.tsx'
import type { ExpectationResult } from '#shared/model/run.ts'
import { copyText } from '#ui/copy-text.ts'
import { countOf } from '#ui/format.ts'
import { ToneBadge } from '#ui/tone-badge.tsx'
import { ResultDrawing } from './result-drawing.tsx'
import { Fact, FailingValues } from './result-facts.tsx'
import styles from './validations.module.css'

/** One expectation of a run: its verdict, what was seen beside what is expected, how much failed, and which values. */
export function ResultItem({ result, change, onShowRows, onShowHistory, onEdit }: ResultItemProps) {
  const { outcome, counts, problem } = result
  const picture = pictureOf(result)
  const observed = picture?.kind === 'range' || picture?.kind === 'quantiles' ? null : observedText(result.observedValue)
  const unexpected = unexpectedSentence(counts, mayFailOf(result.kwargs))
  const failed = outcome === 'failed'
  return (
    <div className={styles.result} data-outcome={outcome}>
      <div className={styles.head}>
        <OutcomeBadge outcome={outcome} />
        <span className={styles.sentence}>{result.sentence}</span>
        <span className={styles.marks}>
          {change !== null && (
            <ToneBadge tone={change === 'new' ? 'failed' : 'passed'} text={change === 'new' ? 'New failure' : 'Mended'} />
          )}
          <SeverityBadge severity={result.severity} plain quiet={outcome === 'passed'} />
          <ResultMenu result={result} onShowHistory={onShowHistory} onEdit={onEdit} />
        </span>
      </div>
      <dl className={styles.facts}>
        {picture !== null && (failed || picture.kind !== 'share' || picture.holds < 100) && (
          <ResultDrawing picture={picture} passed={!failed} />
        )}
        {observed !== null && <Fact term="Observed">{observed}</Fact>}
        {unexpected !== null && <Fact term="Unexpected">{unexpected}</Fact>}
        {counts !== null && counts.missingCount !== null && counts.missingCount > 0 && (
          <Fact term="Null">{`${countOf(counts.missingCount, 'row')}${counts.elementCount > 0 ? ` (${percentText((counts.missingCount / counts.elementCount) * 100)})` : ''}`}</Fact>
        )}
        {detailFacts(result.details, drawnFacts(picture)).map(({ term, value }) => (
          <Fact key={term} term={term}>
            {value}
          </Fact>
        ))}
        {result.provedBy !== null && (
          <Fact term="Proved by">{`${result.provedBy}, a constraint that PostgreSQL enforces; nothing was read for it`}</Fact>
        )}
        {problem !== null && (
          <Fact term="Why">
            {problem.sentence}
            {problem.sqlstate !== null && <span className={styles.sqlstate}> SQLSTATE {problem.sqlstate}</span>}
          </Fact>
        )}
        {result.failingValues.length > 0 && (
          <Fact term={`Failing ${result.failingColumns.length === 1 ? 'values' : 'rows'}`}>
            <FailingValues result={result} />
          </Fact>
        )}
      </dl>
      {result.failingRowsSql !== null && (
        <Button variant="default" className={styles.rowsButton} leftSection={<IconTable size={14} aria-hidden />} onClick={onShowRows}>
          Show failing rows
        </Button>
      )}
    </div>
  )
}

interface ResultItemProps {
  readonly result: ExpectationResult
  /** Against the run before; null: the same, or not known. */
  readonly change: 'new' | 'mended' | null
  onShowRows(): void
  onShowHistory(): void
  onEdit(): void
}

function ResultMenu({ result, onShowHistory, onEdit }: Pick<ResultItemProps, 'result' | 'onShowHistory' | 'onEdit'>) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`More about: ${result.sentence}`} size="sm">
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={onEdit}>
          Edit expectation
        </Menu.Item>
        <Menu.Item leftSection={<IconChartLine size={14} aria-hidden />} onClick={onShowHistory}>
          History of this expectation
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={() => void copyText(result.sentence, 'Sentence copied.')}>
          Copy sentence
        </Menu.Item>
        {result.failingRowsSql !== null && (
          <Menu.Item
            leftSection={<IconCopy size={14} aria-hidden />}
            onClick={() => void copyText(result.failingRowsSql ?? '', 'Query copied.')}
          >
            Copy query of failing rows
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
