import { PageHeader } from '#ui/page-header.tsx'

export function DataSourcePage(_: { readonly id: string }) {
  return <PageHeader title="Data source" />
}
