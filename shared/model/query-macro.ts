import { z } from 'zod'

/** A statement of a person's own that a key runs, as in pgAdmin. */

/** pgAdmin's, without Alt+F5, which executes the statement at the caret, and Alt+F4, which closes windows. */
export const macroKeys = [
  ...Array.from({ length: 10 }, (_, digit) => `Ctrl+${(digit + 1) % 10}` as const),
  ...[1, 2, 3, 6, 7, 8, 9, 10, 11, 12].map((number) => `Alt+F${number}` as const),
]

export const QueryMacro = z.strictObject({
  id: z.uuid(),
  name: z.string().trim().min(1).max(100),
  /** With SELECTION_MARK where the selected text is to stand. */
  sql: z.string().trim().min(1).max(200_000),
  /** One of `macroKeys`; null: from the menu only. */
  shortcut: z
    .string()
    .refine((shortcut) => macroKeys.some((known) => known === shortcut))
    .nullable(),
})
export type QueryMacro = z.infer<typeof QueryMacro>

export const SELECTION_MARK = '$SELECTION$'

/** null: it wants a selection, and there is none. */
export function macroText({ sql }: Pick<QueryMacro, 'sql'>, selection: string): string | null {
  if (!sql.includes(SELECTION_MARK)) return sql
  return selection.trim() === '' ? null : sql.replaceAll(SELECTION_MARK, () => selection)
}
