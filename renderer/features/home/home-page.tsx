import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { AttentionList } from './attention-list.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { SampleSection } from './sample-section.tsx'
import { Welcome } from './welcome.tsx'

/** The door for a newcomer; what needs attention for everybody else. */
export function HomePage() {
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  if (assets.isPending) return <Loading />
  if (assets.isError) {
    return (
      <>
        <PageHeader title="Home" />
        <Problem error={assets.error} onRetry={() => void assets.refetch()} />
      </>
    )
  }
  if (assets.data.length === 0) return <Welcome />
  return (
    <>
      <PageHeader
        title="Home"
        actions={
          <Button component="a" href={formatRoute({ page: 'setup', source: null })}>
            Connect to PostgreSQL
          </Button>
        }
      />
      <Stack gap="lg">
        <AttentionList assets={assets.data} />
        <RecentRuns />
        <SampleSection />
      </Stack>
    </>
  )
}
