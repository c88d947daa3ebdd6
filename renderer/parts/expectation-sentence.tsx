import type { Prose } from '#shared/expectations/definition.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import { conditionProse } from '#shared/expectations/row-condition.ts'
import { resolveParameters } from '#shared/expectations/suite-parameters.ts'
import { hasWindows, windowsProse, withoutWindows } from '#shared/expectations/windows.ts'
import type { Expectation, SuiteParameters } from '#shared/model/expectation.ts'
import styles from './expectation-sentence.module.css'

/** What an expectation says, with names and values set apart. Its own description comes before the sentence made from its params. */
export function ExpectationSentence({
  expectation,
  parameters = {},
}: {
  readonly expectation: Pick<Expectation, 'type' | 'kwargs' | 'description' | 'windows'>
  /** Values of the suite parameters that it names. */
  readonly parameters?: SuiteParameters
}) {
  if (expectation.description !== null && expectation.description !== '') return <>{expectation.description}</>
  return <ProseText prose={proseOf(expectation, parameters)} />
}

export function ProseText({ prose }: { readonly prose: Prose }) {
  return (
    <span className={styles.prose}>
      {prose.map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never change places
          <span key={index} className={part.kind === 'column' ? styles.column : styles.value}>
            {part.text}
          </span>
        ),
      )}
    </span>
  )
}

/** Without the words for "no bounds", where bounds follow earlier runs. */
function boundless(prose: Prose, expectation: Pick<Expectation, 'kwargs' | 'windows'>): Prose {
  if (!hasWindows(expectation)) return prose
  return prose.map((part) => (part.kind === 'text' ? { ...part, text: part.text.replace(/ may be anything$/, '') } : part))
}

/** Types of a later version, and params it cannot read, are shown by their stored names. */
export function proseOf(expectation: Pick<Expectation, 'type' | 'kwargs' | 'windows'>, parameters: SuiteParameters = {}): Prose {
  const { type, kwargs } = expectation
  const definition = findExpectation(type)
  const resolved = resolveParameters(withoutWindows(expectation), parameters)
  const parsed = definition === null || !resolved.ok ? null : parseKwargs(definition, resolved.kwargs)
  if (definition !== null && parsed?.ok)
    return [...boundless(definition.prose(parsed.params), expectation), ...windowsProse(expectation), ...conditionProse(parsed.condition)]
  return [
    { kind: 'text', text: `${type} ` },
    { kind: 'value', text: JSON.stringify(kwargs) },
  ]
}
