import { z } from 'zod'

/**
 * The params of expectations as fields of a form. Each constructor returns a zod schema that carries its label and
 * control as meta; the form walks `definition.params.shape` in order and asks `fieldOf` how to draw each one.
 */

export type FieldControl =
  | { readonly control: 'column'; readonly accepts: 'any' | 'number' | 'text' | 'ordered' }
  | { readonly control: 'columns' }
  | { readonly control: 'integer'; readonly min?: number; readonly unit?: string }
  | { readonly control: 'number'; readonly min?: number; readonly max?: number; readonly unit?: string }
  /** A number, or a date or time as text: whatever the column compares with. */
  | { readonly control: 'bound' }
  /** 0 to 1, shown in percent. */
  | { readonly control: 'share' }
  | { readonly control: 'switch' }
  | { readonly control: 'choice'; readonly options: readonly { readonly value: string; readonly label: string }[] }
  | { readonly control: 'pattern' }
  | { readonly control: 'values' }
  | { readonly control: 'sql' }
  /** A list or an object that has no control of its own. */
  | { readonly control: 'json' }

export type Field = FieldControl & { readonly label: string; readonly help?: string; readonly optional: boolean }

const registry = z.registry<Field>()

/** How to draw a param; null for one that the form does not show. */
export function fieldOf(schema: z.core.$ZodType): Field | null {
  return registry.get(schema) ?? null
}

type Text = { readonly label: string; readonly help?: string }

export function columnParam(text: Text & { accepts?: 'any' | 'number' | 'text' | 'ordered' } = { label: 'Column' }) {
  return field(z.string('Pick a column.').min(1, 'Pick a column.'), {
    control: 'column',
    accepts: text.accepts ?? 'any',
    ...words(text),
    optional: false,
  })
}

export function columnsParam(text: Text) {
  return field(z.array(z.string(), 'Pick at least one column.').min(1, 'Pick at least one column.'), {
    control: 'columns',
    ...words(text),
    optional: false,
  })
}

/** Perhaps none. */
export function optionalColumnsParam(text: Text) {
  return field(z.array(z.string(), 'Pick columns.').default([]), { control: 'columns', ...words(text), optional: true })
}

/** At least two, each once. */
export function severalColumnsParam(text: Text) {
  const columns = z
    .array(z.string(), 'Pick at least two columns.')
    .min(2, 'Pick at least two columns.')
    .refine((names) => new Set(names).size === names.length, 'A column stands there twice.')
  return field(columns, { control: 'columns', ...words(text), optional: false })
}

export function integerParam(text: Text & { min?: number; unit?: string }) {
  return field(numeral(z.int('Give a whole number.').nullable()).default(null), { control: 'integer', ...text, optional: true })
}

/** One that must be given. */
export function requiredIntegerParam(text: Text & { min?: number; unit?: string }) {
  return field(numeral(z.int('Give a whole number.')), { control: 'integer', ...text, optional: false })
}

export function requiredNumberParam(text: Text & { min?: number; max?: number; unit?: string }) {
  return field(numeral(z.number('Give a number.')), { control: 'number', ...text, optional: false })
}

/** One that has a value of its own when none is given. */
export function defaultNumberParam({
  initial,
  ...text
}: Text & { readonly initial: number; readonly min?: number; readonly max?: number }) {
  return field(z.number('Give a number.').default(initial), { control: 'number', ...text, optional: true })
}

export function numberParam(text: Text & { min?: number; max?: number; unit?: string }) {
  return field(numeral(z.number('Give a number.').nullable()).default(null), { control: 'number', ...text, optional: true })
}

export function boundParam(text: Text) {
  return field(
    z
      .union([z.number(), z.string().min(1)], 'Give a number, or a date or time as text.')
      .nullable()
      .default(null),
    { control: 'bound', ...words(text), optional: true },
  )
}

/** GX's `mostly`: the share of rows that must hold. */
export function mostlyParam() {
  return field(z.number('Between 0 and 100 %.').min(0, 'Between 0 and 100 %.').max(1, 'Between 0 and 100 %.').default(1), {
    control: 'share',
    label: 'Share of rows that must hold',
    optional: true,
  })
}

export function switchParam(text: Text & { initial: boolean }) {
  return field(z.boolean('Either on or off.').default(text.initial), { control: 'switch', ...words(text), optional: true })
}

export function choiceParam<const Value extends string>(
  text: Text & { options: readonly { value: Value; label: string }[]; initial: Value },
) {
  const values = text.options.map((option) => option.value) as [Value, ...Value[]]
  return field(z.enum(values, 'Pick one of the choices.').default(text.initial as never), {
    control: 'choice',
    options: text.options,
    ...words(text),
    optional: true,
  })
}

export function patternParam(text: Text) {
  return field(z.string('Give a regular expression.').min(1, 'Give a regular expression.'), {
    control: 'pattern',
    ...words(text),
    optional: false,
  })
}

export function valuesParam(text: Text) {
  return field(
    z
      .array(
        z.union([z.string(), z.number(), z.boolean(), z.null()], 'Give texts, numbers, or true and false.'),
        'Give at least one value.',
      )
      .min(1, 'Give at least one value.'),
    {
      control: 'values',
      ...words(text),
      optional: false,
    },
  )
}

export function sqlParam(text: Text) {
  return field(z.string('Write a query.').min(1, 'Write a query.'), { control: 'sql', ...words(text), optional: false })
}

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Pairs of values. */
export function pairsParam(text: Text) {
  return field(z.array(z.tuple([Scalar, Scalar], 'Each pair has two values.'), 'Give a list of pairs.').min(1, 'Give at least one pair.'), {
    control: 'json',
    ...words(text),
    optional: false,
  })
}

/** Whatever `schema` takes, typed as JSON. */
export function jsonParam<Schema extends z.ZodType>(schema: Schema, text: Text & { readonly optional?: boolean }): Schema {
  return field(schema, { control: 'json', ...words(text), optional: text.optional ?? false })
}

/** One line of text: a name, a type, a format. `problem`: why this one cannot be used; null: it can. */
export function textParam({ problem, ...text }: Text & { readonly problem?: (text: string) => string | null }) {
  const schema = z.string('Give a text.').min(1, 'Give a text.')
  return field(problem === undefined ? schema : schema.superRefine(refused(problem)), {
    control: 'pattern',
    ...words(text),
    optional: false,
  })
}

/** One line of text that may stay empty. */
export function optionalTextParam(text: Text) {
  return field(z.string('Give a text.').default(''), { control: 'pattern', ...words(text), optional: true })
}

/** One line of text that has a value of its own when none is given. */
export function defaultTextParam({ initial, ...text }: Text & { readonly initial: string }) {
  const schema = z.preprocess((value) => (value === '' ? undefined : value), z.string('Give a text.').default(initial))
  return field(schema, { control: 'pattern', ...words(text), optional: true })
}

/** Texts, in the control for values. */
export function textsParam(text: Text) {
  return field(z.array(z.string('Give texts.'), 'Give at least one text.').min(1, 'Give at least one text.'), {
    control: 'values',
    ...words(text),
    optional: false,
  })
}

/** A zod check from a sentence about what is wrong. */
export function refused<Value>(problem: (value: Value) => string | null) {
  return (value: Value, context: z.RefinementCtx): void => {
    const sentence = value === '' ? null : problem(value)
    if (sentence !== null) context.addIssue({ code: 'custom', message: sentence })
  }
}

/** GX reads a number that is written as text; so files that it wrote are read here, and kept with the number. */
function numeral<Schema extends z.ZodType>(schema: Schema) {
  const isNumeral = (value: unknown) => typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim())
  return z.preprocess((value) => (isNumeral(value) ? Number(value) : value), schema)
}

function words({ label, help }: Text): Text {
  return help === undefined ? { label } : { label, help }
}

function field<Schema extends z.core.$ZodType>(schema: Schema, meta: Field): Schema {
  registry.add(schema, meta)
  return schema
}
