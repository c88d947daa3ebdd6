import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import type { CompletionColumns, CompletionRelation, CompletionWords } from '#shared/model/completion.ts'
import { type CompletionPlace, completionPlace } from '#shared/sql/completion-place.ts'
import type { Source } from '#shared/sql/completion-scope.ts'
import { keyWords } from '#shared/sql/key-words.ts'
import { quoteName } from '#shared/sql/quote-name.ts'

/** Names and words at the caret: where it stands is found in the text, what there is comes from the catalog. */

export interface EditorCatalog {
  /**
   * Somebody writes. Resolves, and never rejects, when there is something to complete from; `namesAlone` false: or when that is
   * not to be waited for any longer.
   */
  prepare(namesAlone: boolean): Promise<void>
  /** null: not read yet. */
  words(): CompletionWords | null
  /** As many as have been read by now. */
  relations(): readonly CompletionRelation[]
  /** null: there is none, or it cannot be asked. */
  columns(schema: string | null, name: string): Promise<CompletionColumns | null>
}

/** Around the caret; a longer text is not looked through at every key. */
const MOST_CHARACTERS = 200_000
/** Relations of a list; more are narrowed by what is typed next. */
const MOST_RELATIONS = 400

/** `catalog` null: key words only. */
export function completionSource(catalog: () => EditorCatalog | null): CompletionSource {
  return async (context) => {
    const text = context.state.doc.length > MOST_CHARACTERS ? null : context.state.doc.toString()
    const place = text === null ? null : completionPlace(text, context.pos)
    const names = catalog()
    const prepared = names?.prepare(place !== null && isForNamesAlone(place))
    if (place === null || !isAskedFor(place, context)) return null
    if (place.wanted !== 'key-words' || place.qualifier.length > 0) await prepared
    const found = await optionsAt(place, names, context.explicit)
    if (context.aborted || found.options.length === 0) return null
    return resultOf(place, found)
  }
}

interface Found {
  readonly options: readonly Completion[]
  /** There were more. */
  readonly cut?: boolean
}

function isAskedFor({ typed, qualifier, wanted }: CompletionPlace, { explicit }: CompletionContext): boolean {
  if (explicit || qualifier.length > 0) return true
  // Where an alias may be typed, its first letter is no question.
  return typed.length >= (wanted === 'key-words' ? 2 : 1)
}

/** Without any there is nothing to offer, however long they take. */
function isForNamesAlone({ qualifier, wanted, ctes }: CompletionPlace): boolean {
  return qualifier.length > 0 || wanted === 'types' || (wanted === 'relations' && ctes.size === 0)
}

function resultOf({ from, to, quoted, wanted }: CompletionPlace, { options, cut = false }: Found): CompletionResult {
  return {
    from,
    to,
    options: quoted ? options.flatMap(inQuotes) : [...options],
    // Key words are taken by how they begin, and a list that was cut is narrowed by asking again.
    ...(cut || wanted === 'key-words' ? {} : { validFor: quoted ? /^[^"]*$/ : /^[\p{L}\p{N}_$]*$/u }),
  }
}

/** Behind an opening quote, only names can stand; the closing one may be there already. */
function inQuotes(option: Completion): Completion[] {
  if (option.type === 'keyword' || option.type === 'condition') return []
  return [
    {
      ...option,
      apply: (view, _completion, from, to) => {
        const closed = view.state.sliceDoc(to, to + 1) === '"'
        const insert = `${option.label.replaceAll('"', '""')}"`
        view.dispatch({
          changes: { from, to: closed ? to + 1 : to, insert },
          selection: { anchor: from + insert.length },
          userEvent: 'input.complete',
        })
      },
    },
  ]
}

async function optionsAt(place: CompletionPlace, catalog: EditorCatalog | null, explicit: boolean): Promise<Found> {
  const words = keyWordOptions(place, explicit)
  if (catalog === null) return { options: place.qualifier.length > 0 ? [] : words }
  const { wanted } = place
  if (place.qualifier.length > 0) return await behindDot(place, catalog)
  switch (wanted) {
    case 'key-words':
      return { options: words }
    case 'types':
      return { options: (catalog.words()?.types ?? []).map((label) => ({ label, type: 'type', apply: label })) }
    case 'relations': {
      const relations = relationOptions(place, catalog)
      const ctes = [...place.ctes.keys()].map((label) => ({ label, apply: quoteName(label), detail: 'WITH', type: 'class', boost: 3 }))
      return {
        options: [...ctes, ...relations.options, ...schemaOptions(catalog), ...functionOptions(place, catalog, -3)],
        cut: relations.cut === true,
      }
    }
    case 'target-columns': {
      const columns = place.target === null ? [] : await columnsOf(place.target, catalog)
      return { options: columns.filter(({ name }) => !place.taken.includes(name)).map(columnOption) }
    }
    case 'common-columns':
      return { options: await commonColumns(place, catalog) }
    case 'join-condition':
    case 'expression': {
      const conditions = wanted === 'join-condition' ? await joinConditions(place, catalog) : []
      return { options: [...conditions, ...(await inExpression(place, catalog)), ...functionOptions(place, catalog, -1), ...words] }
    }
  }
}

interface NamedColumn {
  readonly name: string
  readonly type: string
}

async function columnsOf(source: Source, catalog: EditorCatalog): Promise<readonly NamedColumn[]> {
  if (source.kind === 'table') return (await catalog.columns(source.schema, source.name))?.columns ?? []
  const parts = await Promise.all(
    source.columns.map(async (column) =>
      typeof column === 'string' ? [{ name: column, type: '' }] : await columnsOf(column.allOf, catalog),
    ),
  )
  return parts.flat()
}

/** Columns of an alias, relations and functions of a schema, columns of a table that is not in FROM yet. */
async function behindDot(place: CompletionPlace, catalog: EditorCatalog): Promise<Found> {
  const [first = '', second] = place.qualifier
  if (second !== undefined) return { options: (await columnsOf({ kind: 'table', schema: first, name: second }, catalog)).map(columnOption) }
  const relation = place.wanted === 'relations' ? undefined : place.relations.find(({ alias }) => alias === first)
  if (relation !== undefined) return { options: (await columnsOf(relation.source, catalog)).map(columnOption) }
  const inSchema = narrowed(
    catalog.relations().filter(({ schema }) => schema === first),
    place.typed,
  )
  const functions = (catalog.words()?.functions ?? []).filter(({ schema }) => schema === first)
  const options = [
    ...inSchema.relations.map(({ name, kind }) => ({ label: name, apply: quoteName(name), detail: kind, type: 'class' })),
    ...functions.map((known) => functionOption(known, -1)),
  ]
  if (options.length > 0 || place.wanted === 'relations') return { options, cut: inSchema.cut }
  return { options: (await columnsOf({ kind: 'table', schema: null, name: first }, catalog)).map(columnOption) }
}

async function inExpression({ relations }: CompletionPlace, catalog: EditorCatalog): Promise<readonly Completion[]> {
  const read = await Promise.all(relations.map(async ({ alias, source }) => ({ alias, columns: await columnsOf(source, catalog) })))
  const count = new Map<string, number>()
  for (const { columns } of read) for (const { name } of columns) count.set(name, (count.get(name) ?? 0) + 1)
  return [
    ...read.flatMap(({ alias, columns }) =>
      columns.map((column) => {
        const isAlone = count.get(column.name) === 1
        const detail = read.length === 1 ? column.type : [alias, column.type].filter(Boolean).join(' · ')
        return { ...columnOption(column), detail, ...(isAlone ? {} : { apply: `${quoteName(alias)}.${quoteName(column.name)}` }) }
      }),
    ),
    ...relations.map(({ alias, source }) => ({
      label: alias,
      apply: quoteName(alias),
      detail: source.kind === 'table' ? source.name : 'query',
      type: 'namespace',
      boost: 1,
    })),
  ]
}

/** How the table that was joined last hangs together with those before it, by the foreign keys of both. */
async function joinConditions({ relations }: CompletionPlace, catalog: EditorCatalog): Promise<readonly Completion[]> {
  const read = await Promise.all(
    relations.map(async ({ alias, source }) => ({
      alias,
      found: source.kind === 'table' ? await catalog.columns(source.schema, source.name) : null,
    })),
  )
  const last = read.at(-1)
  if (last === undefined) return []
  const between = (from: typeof last, to: typeof last) =>
    (from.found?.references ?? [])
      .filter(({ schema, name }) => schema === to.found?.schema && name === to.found.name)
      .map(({ columns, theirColumns }) =>
        columns
          .map(
            (column, index) =>
              `${quoteName(from.alias)}.${quoteName(column)} = ${quoteName(to.alias)}.${quoteName(theirColumns[index] ?? '')}`,
          )
          .join(' AND '),
      )
  return read
    .slice(0, -1)
    .flatMap((other) => [...between(last, other), ...between(other, last)])
    .map((label) => ({ label, detail: 'foreign key', type: 'condition', boost: 5 }))
}

async function commonColumns({ relations, taken }: CompletionPlace, catalog: EditorCatalog): Promise<readonly Completion[]> {
  const read = await Promise.all(relations.map(({ source }) => columnsOf(source, catalog)))
  const others = new Set(read.slice(0, -1).flatMap((columns) => columns.map(({ name }) => name)))
  return (read.at(-1) ?? []).filter(({ name }) => others.has(name) && !taken.includes(name)).map(columnOption)
}

function columnOption({ name, type }: NamedColumn): Completion {
  return { label: name, apply: quoteName(name), detail: type, type: 'property', boost: 2 }
}

/** What needs no schema comes without one. */
function relationOptions({ typed }: CompletionPlace, catalog: EditorCatalog): Found {
  const searchPath = catalog.words()?.searchPath ?? ['public']
  const offered = catalog.relations().filter(({ schema, name }) => {
    if (schema === 'information_schema') return false
    return schema !== 'pg_catalog' || (typed.startsWith('pg_') && name.startsWith('pg_'))
  })
  const { relations, cut } = narrowed(offered, typed)
  return {
    cut,
    options: relations.map(({ schema, name, kind }) => {
      const inPath = searchPath.includes(schema) || schema === 'pg_catalog'
      return {
        label: name,
        apply: inPath ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`,
        detail: inPath ? kind : `${schema} · ${kind}`,
        type: 'class',
        boost: inPath ? 2 : 1,
      }
    }),
  }
}

/** Those that have the letters in their order; of very many, those that begin with them first. */
function narrowed(
  relations: readonly CompletionRelation[],
  typed: string,
): { readonly relations: readonly CompletionRelation[]; readonly cut: boolean } {
  if (relations.length <= MOST_RELATIONS) return { relations, cut: false }
  const wanted = typed.toLowerCase()
  const fitting = relations.filter(({ name }) => hasLetters(name.toLowerCase(), wanted))
  const first = fitting.filter(({ name }) => name.toLowerCase().startsWith(wanted))
  return { relations: [...new Set([...first, ...fitting])].slice(0, MOST_RELATIONS), cut: true }
}

function hasLetters(name: string, letters: string): boolean {
  let at = 0
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

function schemaOptions(catalog: EditorCatalog): readonly Completion[] {
  return (catalog.words()?.schemas ?? []).map((label) => ({
    label,
    apply: quoteName(label),
    detail: 'schema',
    type: 'namespace',
    boost: -1,
  }))
}

function functionOptions({ typed }: CompletionPlace, catalog: EditorCatalog, boost: number): readonly Completion[] {
  // Thousands: only once there is something to look for.
  if (typed.length < 2) return []
  const wanted = typed.toLowerCase()
  return (catalog.words()?.functions ?? [])
    .filter(({ schema, name }) => schema === null && hasLetters(name, wanted) && name[0] === wanted[0])
    .map((known) => functionOption(known, boost))
}

function functionOption({ name, signature }: CompletionWords['functions'][number], boost: number): Completion {
  return {
    label: name,
    detail: signature.length > 60 ? `${signature.slice(0, 59)}…` : signature,
    type: 'function',
    boost,
    apply: applyCall(`${quoteName(name)}()`, signature.startsWith('()')),
  }
}

/** The caret stands between the parentheses, where something is to stand there. */
function applyCall(insert: string, isBare: boolean): NonNullable<Completion['apply']> {
  return (view: EditorView, _completion, from, to) => {
    const called = view.state.sliceDoc(to, to + 1) === '('
    const text = called ? insert.slice(0, -2) : insert
    view.dispatch({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length + (called ? 1 : isBare ? 0 : -1) },
      userEvent: 'input.complete',
    })
  }
}

function keyWordOptions({ typed, wanted }: CompletionPlace, explicit: boolean): readonly Completion[] {
  if (typed === '' && !explicit) return []
  const upper = typed.toUpperCase()
  return keyWords
    .filter((word) => word.startsWith(upper))
    .map((label) => ({ label, type: 'keyword', boost: wanted === 'key-words' ? 0 : -2 }))
}
