import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { fieldOf } from '#shared/expectations/fields.ts'
import type { Expectation, Kwargs, Window } from '#shared/model/expectation.ts'
import { isNumberText } from '#ui/form/scalar.ts'

/** Bounds that follow what earlier runs saw, as a person sets them: around the mean of the last runs, by so many percent. */
export interface FollowDraft {
  readonly side: 'both' | 'above' | 'below'
  readonly percent: string
  readonly runs: string
}

export const startingFollow: FollowDraft = { side: 'both', percent: '10', runs: '5' }

/** Fields that are not typed in while bounds follow. */
export const followedFields: ReadonlySet<string> = new Set(['min_value', 'max_value', 'strict_min', 'strict_max'])

/** Those that observe one number of a table or column. */
export function canFollow(definition: AnyExpectationDefinition): boolean {
  const { shape } = definition.params
  return (
    definition.failing === undefined && definition.issue !== 'Schema' && ['min_value', 'max_value'].every((name) => isFigure(shape[name]))
  )
}

function isFigure(schema: Parameters<typeof fieldOf>[0] | undefined): boolean {
  const control = schema === undefined ? undefined : fieldOf(schema)?.control
  return control === 'number' || control === 'integer'
}

/** null: it has none, or none that this form could have made. */
export function draftOfWindows({ kwargs, windows = [] }: Pick<Expectation, 'kwargs' | 'windows'>): FollowDraft | null {
  const [first] = windows
  if (
    first === undefined ||
    !windows.every((one) => isPlain(one) && one.range === first.range && one.offset.positive === first.offset.positive)
  )
    return null
  const [below, above] = [
    typeof kwargs.min_value === 'object' && kwargs.min_value !== null,
    typeof kwargs.max_value === 'object' && kwargs.max_value !== null,
  ]
  return {
    side: below && above ? 'both' : above ? 'above' : 'below',
    percent: String(Number((first.offset.positive * 100).toPrecision(12))),
    runs: String(first.range),
  }
}

function isPlain({ offset, offset_unit, strict }: Window): boolean {
  return !strict && offset_unit !== 'absolute' && offset.positive === offset.negative
}

export type ReadFollow =
  | { readonly ok: true; readonly kwargs: Kwargs; readonly windows: Window[] }
  | { readonly ok: false; readonly problems: { readonly percent?: string; readonly runs?: string } }

/** `stem`: for the names of the parameters, which stay the same while it is edited. */
export function readFollow({ side, percent, runs }: FollowDraft, stem: string): ReadFollow {
  const share = isNumberText(percent) ? Number(percent) / 100 : Number.NaN
  const range = /^\d+$/.test(runs.trim()) ? Number(runs) : Number.NaN
  const problems = {
    ...(share >= 0 && share <= 100 ? {} : { percent: 'Give a percentage from 0 on.' }),
    ...(range >= 1 && range <= 1_000 ? {} : { runs: 'Give a whole number from 1 to 1,000.' }),
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  const names = [...(side === 'above' ? [] : ['min_value']), ...(side === 'below' ? [] : ['max_value'])]
  return {
    ok: true,
    kwargs: Object.fromEntries(names.map((name) => [name, { $PARAMETER: `${stem}_${name}` }])),
    windows: names.map((name) => ({
      constraint_fn: 'mean',
      parameter_name: `${stem}_${name}`,
      range,
      offset: { positive: share, negative: share },
      strict: false,
    })),
  }
}

/** The stem of what is stored, or a fresh one. */
export function stemOf(windows: readonly Window[] | undefined): string {
  const known = /^(.+)_(?:min|max)_value$/.exec(windows?.[0]?.parameter_name ?? '')?.[1]
  return known ?? `follow_${crypto.randomUUID().slice(0, 8)}`
}
