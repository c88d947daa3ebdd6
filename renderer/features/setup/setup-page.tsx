import { PageHeader } from '#ui/page-header.tsx'

export function SetupPage(_: { readonly source: string | null }) {
  return <PageHeader title="Connect to PostgreSQL" />
}
