import { PageHeader } from '#ui/page-header.tsx'

export function AssetsPage() {
  return <PageHeader title="Data assets" />
}
