import { Anchor, List, Text } from '@mantine/core'
import { formatRoute } from '#api/route.ts'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function StepPrerequisites({ goTo }: StepProps) {
  return (
    <StepFrame title="Prerequisites" onNext={() => goTo('role')} next="Continue">
      <List spacing={8} size="sm">
        <List.Item>A PostgreSQL database, with a schema and at least one table or view.</List.Item>
        <List.Item>
          Its host name, port and database name, as in{' '}
          <code>postgresql://YourUserName:YourPassword@YourHostName:5432/YourDatabaseName</code>.
        </List.Item>
        <List.Item>
          Optional, and safer: a PostgreSQL role of its own for this connection. The next step makes one; for that you need a login that may
          create roles, or a database administrator who runs a short script.
        </List.Item>
      </List>
      <Text component="p" m={0} maw={720}>
        The role only needs to read: the right to connect, to use the schema, and to select from its tables. Plumbline validates in
        read-only transactions and writes nothing to your database. What it finds stays on this computer.
      </Text>
      <Text component="p" m={0}>
        <Anchor href={formatRoute({ page: 'setup', source: null, step: 'data-source' })} fz="inherit">
          I have a role already
        </Anchor>
      </Text>
    </StepFrame>
  )
}
