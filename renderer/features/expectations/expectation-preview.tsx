import { Button, Text } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { observedText, percentText } from '#parts/run-view.ts'
import type { ExpectationInput } from '#shared/model/expectation.ts'
import type { ExpectationResult, RunPreview } from '#shared/model/run.ts'
import { countOf, formatDuration } from '#ui/format.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'
import { useAction } from '#ui/use-action.ts'
import styles from './expectations.module.css'

/**
 * How an expectation would come out on the data as they are now. The first look is asked for by a person, because it reads the
 * table; after it, each pause in typing takes another.
 */
export function ExpectationPreview({ assetId, input }: { readonly assetId: string; readonly input: ExpectationInput | null }) {
  const { busy, result, error, run, cancel } = useAction<RunPreview>()
  const [live, setLive] = useState(false)
  const asked = input === null ? null : JSON.stringify([input.type, input.kwargs])
  const shown = useRef<string | null>(null)

  useEffect(() => {
    if (!live || asked === null || input === null || asked === shown.current) return
    const timer = setTimeout(() => {
      shown.current = asked
      void run((signal) => api.validations.preview({ assetId, inputs: [input] }, { signal }))
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [live, asked, input, assetId, run])

  const start = () => {
    shown.current = null
    setLive(false)
    if (input === null) return
    shown.current = asked
    setLive(true)
    void run((signal) => api.validations.preview({ assetId, inputs: [input] }, { signal }))
  }
  const stop = () => {
    setLive(false)
    cancel()
  }

  const [first] = result?.results ?? []
  return (
    <section className={styles.preview} aria-label="On the data as they are now">
      <div className={styles.previewHead}>
        {busy ? (
          <Button variant="default" onClick={stop}>
            Cancel
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconFlask size={14} aria-hidden />} onClick={start} disabled={input === null}>
            {live ? 'Try again' : 'Try it on the data'}
          </Button>
        )}
        <Text component="span" role="status" className={styles.previewWords}>
          {busy ? (
            'Reading the table …'
          ) : first === undefined ? (
            <Invitation ready={input !== null} />
          ) : (
            <Outcome result={first} sentence={result?.sentence ?? null} />
          )}
        </Text>
      </div>
      {!busy && first !== undefined && result !== null && (
        <Text component="p" m={0} size="xs" c="dimmed">
          {[`Took ${formatDuration(result.durationMs)}; nothing was stored.`, ...result.remarks].join(' ')}
        </Text>
      )}
      {error !== null && <Problem error={error} onRetry={start} />}
    </section>
  )
}

const PAUSE_MS = 600

function Invitation({ ready }: { readonly ready: boolean }) {
  return (
    <Text component="span" c="dimmed">
      {ready ? 'Says whether it would pass now, without a run.' : 'Fill in the fields to see whether it would pass now.'}
    </Text>
  )
}

function Outcome({ result, sentence }: { readonly result: ExpectationResult; readonly sentence: string | null }) {
  const { tone, text } = words[result.outcome]
  return (
    <>
      <ToneBadge tone={tone} text={text} /> {previewSentence(result, sentence)}
    </>
  )
}

const words: Readonly<Record<ExpectationResult['outcome'], { readonly tone: Tone; readonly text: string }>> = {
  passed: { tone: 'passed', text: 'Would pass now' },
  failed: { tone: 'failed', text: 'Would fail now' },
  error: { tone: 'warning', text: 'Cannot be evaluated' },
  incomplete: { tone: 'warning', text: 'Not known' },
}

/** `99.2 % of 200,000 rows hold`, `The observed value is 12.5`, or why there is neither. */
export function previewSentence({ outcome, counts, observedValue, problem, provedBy }: ExpectationResult, ended: string | null): string {
  if (outcome === 'error') return problem?.sentence ?? ''
  if (outcome === 'incomplete') return ended ?? problem?.sentence ?? ''
  const proof = provedBy === null ? '' : ` Proved by ${provedBy}.`
  if (counts !== null) {
    const judged = counts.elementCount - (counts.missingCount ?? 0)
    if (judged === 0) return `There is no value to judge in ${countOf(counts.elementCount, 'row')}.${proof}`
    return `${percentText(100 - (counts.unexpectedPercent ?? 0))} of ${countOf(judged, judged === counts.elementCount ? 'row' : 'row with a value', judged === counts.elementCount ? 'rows' : 'rows with a value')} hold.${proof}`
  }
  const observed = observedText(observedValue)
  return observed === null ? '' : `The observed value is ${observed}.`
}
