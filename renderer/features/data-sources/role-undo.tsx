import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { CopyButton } from '#ui/copy-button.tsx'
import { Section } from '#ui/section.tsx'
import { SqlEditor } from '#ui/sql-editor/sql-editor.tsx'

/** What takes the role back that the set-up made for this data source. Nothing for a role that was made elsewhere. */
export function RoleUndoSection({ id }: { readonly id: string }) {
  const undo = useQuery(queries.setup.undoScript.queryOptions({ input: { id }, staleTime: 0 }))
  if (undo.isError) return <Problem error={undo.error} onRetry={() => void undo.refetch()} />
  const script = undo.data?.script ?? null
  if (script === null) return null
  return (
    <Section
      title="Take the role back"
      about="The role was made here. This removes it with all that it was given; this data source can then connect no more. It is for an administrator, and is not run from here."
      actions={<CopyButton value={script} />}
    >
      <SqlEditor value={script} label="Script that takes the role back" readOnly height="160px" grows />
    </Section>
  )
}
