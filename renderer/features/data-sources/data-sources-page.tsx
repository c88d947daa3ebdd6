import { PageHeader } from '#ui/page-header.tsx'

export function DataSourcesPage() {
  return <PageHeader title="Data sources" />
}
