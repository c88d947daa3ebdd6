import { PageHeader } from '#ui/page-header.tsx'

export function RunPage(_: { readonly id: string }) {
  return <PageHeader title="Run" />
}
