import { SqlEditor } from '#ui/sql-editor/sql-editor.tsx'

/** A script to read. */
export function ScriptView({ sql, label }: { readonly sql: string; readonly label: string }) {
  return <SqlEditor value={sql} label={label} readOnly height="340px" grows />
}
