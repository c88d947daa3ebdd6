import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import type { ExpectationResult } from '#shared/model/run.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { FailingRows, type FailingRowsProps, QueryText, Sentence } from './failing-rows.tsx'
import styles from './validations.module.css'

/** The exact query behind a failure, and the rows it finds now. */
export function FailingRowsDrawer({ result, assetName, dataSourceId, onClose }: FailingRowsDrawerProps) {
  const sql = result?.failingRowsSql ?? null
  const opened = result !== null && sql !== null && dataSourceId !== null
  return (
    <SidePanel opened={opened} onClose={onClose} size="min(1200px, 88vw)" title="Failing rows">
      {opened && <LiveRows result={result} sql={sql} dataSourceId={dataSourceId} assetName={assetName} />}
    </SidePanel>
  )
}

interface FailingRowsDrawerProps {
  /** null: closed. */
  readonly result: ExpectationResult | null
  readonly assetName: string
  /** null while it is not known. */
  readonly dataSourceId: string | null
  onClose(): void
}

/** Where no values are kept, none are shown either before the person asks for them. */
function LiveRows(props: FailingRowsProps) {
  const { result, sql, dataSourceId } = props
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const [asked, setAsked] = useState(false)
  if (source.isPending) return <Loading rows={8} />
  if (source.isError) return <Problem error={source.error} onRetry={() => void source.refetch()} />
  if (source.data.keepFailingValues || asked) return <FailingRows {...props} />
  return (
    <>
      <Sentence result={result} />
      <QueryText sql={sql} />
      <section className={styles.note} aria-label="No values are kept">
        <strong>No values are kept</strong>
        <Text component="p" m={0}>
          {`${source.data.name} keeps no values with its results. The rows can be read from the server now: they are shown here, and gone when this is closed.`}
        </Text>
        <div>
          <Button mt={4} onClick={() => setAsked(true)}>
            Read the rows
          </Button>
        </div>
      </section>
    </>
  )
}
