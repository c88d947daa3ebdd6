import { PageHeader } from '#ui/page-header.tsx'

export function AssetPage(_: { readonly id: string; readonly tab: 'overview' | 'expectations' | 'validations'; readonly add: boolean }) {
  return <PageHeader title="Data asset" />
}
