import { Button, Text } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { mustHoldOf } from '#parts/result-picture.ts'
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
  const { busy, result, error, run, cancel } = useAction<Tried>()
  const [live, setLive] = useState(false)
  const asked = input === null ? null : JSON.stringify([input.type, input.kwargs])
  const shown = useRef<string | null>(null)

  useEffect(() => {
    if (!live || asked === null || input === null || asked === shown.current) return
    const timer = setTimeout(() => {
      shown.current = asked
      void run((signal) => tryOut(assetId, input, asked, signal))
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [live, asked, input, assetId, run])

  const start = () => {
    shown.current = null
    setLive(false)
    if (input === null || asked === null) return
    shown.current = asked
    setLive(true)
    void run((signal) => tryOut(assetId, input, asked, signal))
  }
  const stop = () => {
    setLive(false)
    cancel()
  }

  // Beside another input it would be taken for the outcome of that one.
  const current = result?.asked === asked ? result.preview : null
  const [first] = current?.results ?? []
  // In the pause of typing, too: the next look is sure to come.
  const reading = busy || (live && asked !== null && current === null && error === null)
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
          {reading ? (
            'Reading the table …'
          ) : first === undefined ? (
            <Invitation ready={input !== null} />
          ) : (
            <Outcome result={first} sentence={current?.sentence ?? null} />
          )}
        </Text>
      </div>
      {!reading && first !== undefined && current !== null && (
        <Text component="p" m={0} size="xs" c="dimmed">
          {[`Took ${formatDuration(current.durationMs)}; nothing was stored.`, ...current.remarks].join(' ')}
        </Text>
      )}
      {error !== null && <Problem error={error} onRetry={start} />}
    </section>
  )
}

const PAUSE_MS = 600

/** What was asked, and what came of it. */
interface Tried {
  readonly asked: string
  readonly preview: RunPreview
}

async function tryOut(assetId: string, input: ExpectationInput, asked: string, signal: AbortSignal): Promise<Tried> {
  return { asked, preview: await api.validations.preview({ assetId, inputs: [input] }, { signal }) }
}

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
export function previewSentence(
  { outcome, kwargs, counts, observedValue, problem, provedBy }: ExpectationResult,
  ended: string | null,
): string {
  if (outcome === 'error') return problem?.sentence ?? ''
  if (outcome === 'incomplete') return ended ?? problem?.sentence ?? ''
  const proof = provedBy === null ? '' : ` Proved by ${provedBy}.`
  if (counts !== null) {
    const judged = counts.elementCount - (counts.missingCount ?? 0)
    if (judged === 0) return `There is no value to judge in ${countOf(counts.elementCount, 'row')}.${proof}`
    return `${percentText(100 - (counts.unexpectedPercent ?? 0), mustHoldOf(kwargs))} of ${countOf(judged, judged === counts.elementCount ? 'row' : 'row with a value', judged === counts.elementCount ? 'rows' : 'rows with a value')} hold.${proof}`
  }
  const observed = observedText(observedValue)
  return observed === null ? '' : `The observed value is ${observed}.`
}
