import { PageHeader } from '#ui/page-header.tsx'

export function QueryPage(_: { readonly source: string | null }) {
  return <PageHeader title="Query" />
}
