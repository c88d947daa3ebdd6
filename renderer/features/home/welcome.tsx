import { Button, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { PageHeader } from '#ui/page-header.tsx'
import { SampleControls } from './sample-controls.tsx'
import { useSample } from './use-sample.ts'
import styles from './welcome.module.css'

/** Two doors: the person's own server, or a sample on this computer. */
export function Welcome() {
  const sample = useSample({ goOn: true })
  return (
    <div className={styles.welcome}>
      <PageHeader
        title="Welcome to Plumbline"
        about="Pick tables of a PostgreSQL database, say what is expected of them, and see which rows do not hold to it. Everything stays on this computer and on your server."
      />
      <div className={styles.doors}>
        <section className={styles.door}>
          <Title order={2}>Connect to PostgreSQL</Title>
          <Text component="p" m={0}>
            Make a role that may only read, connect to your server, and select the tables to watch. The steps are kept, so you can leave and
            come back.
          </Text>
          <ConnectDoor />
        </section>
        <section className={styles.door}>
          <Title order={2}>Sample database</Title>
          <Text component="p" m={0}>
            A small shop in a PostgreSQL server of its own on this computer, with a few mistakes in its data to be found. It can be removed
            without a trace.
          </Text>
          <SampleControls sample={sample} />
        </section>
      </div>
    </div>
  )
}

function ConnectDoor() {
  const draft = useQuery(queries.setup.load.queryOptions({ input: {}, staleTime: 0 }))
  const begun = draft.data != null && draft.data.step !== 'prerequisites' && draft.data.step !== 'done'
  return (
    <div>
      <Button component="a" href={formatRoute({ page: 'setup', source: null })}>
        {begun ? 'Go on with the set-up' : 'Connect to PostgreSQL'}
      </Button>
    </div>
  )
}
