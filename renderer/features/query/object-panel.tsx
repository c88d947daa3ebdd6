import { Button, Group, Text } from '@mantine/core'
import { IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import type { Grant, RelationDetails, TablePart } from '#shared/model/database-object.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { countOf, formatBytes } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import styles from './object-panel.module.css'
import type { TreeNode } from './tree-nodes.ts'

export type ShownObject = Extract<TreeNode, { kind: 'relation' | 'object' }>

/** What is known of a table or another object, and the statements that make it anew. */
export function ObjectPanel({ shown, ...rest }: ObjectPanelProps) {
  const title = shown === null ? '' : shown.kind === 'relation' ? `${shown.schema}.${shown.relation}` : shown.object.name
  return (
    <SidePanel opened={shown !== null} onClose={rest.onClose} size="min(900px, 85vw)" title={title}>
      {shown?.kind === 'relation' && <Relation shown={shown} {...rest} />}
      {shown?.kind === 'object' && <Other shown={shown} {...rest} />}
    </SidePanel>
  )
}

interface ObjectPanelProps {
  /** null: closed. */
  readonly shown: ShownObject | null
  readonly dataSourceId: string
  onClose(): void
  /** Into a tab of its own. */
  onOpenText(title: string, sql: string): void
}

type Shown<Kind extends ShownObject['kind']> = Omit<ObjectPanelProps, 'shown'> & { readonly shown: Extract<ShownObject, { kind: Kind }> }

function Relation({ shown: { schema, relation }, dataSourceId, onOpenText }: Shown<'relation'>) {
  const details = useQuery(queries.query.relationDetails.queryOptions({ input: { dataSourceId, schema, relation } }))
  if (details.isPending) return <Loading rows={8} />
  if (details.isError) return <Problem error={details.error} onRetry={() => void details.refetch()} />
  const { kind, owner, comment, constraints, indexes, triggers, policies, grants, ddl } = details.data
  return (
    <div className={styles.panel}>
      <Text component="p" m={0}>{`${kind}, owned by ${owner}${sizeSentence(details.data)}`}</Text>
      {comment !== null && <p className={styles.comment}>{comment}</p>}
      <Definition ddl={ddl} onOpen={() => onOpenText(relation, ddl)} />
      <Parts title="Keys and constraints" parts={constraints} />
      <Parts title="Indexes" parts={indexes} />
      <Parts title="Triggers" parts={triggers} />
      <Parts title="Row-level security" parts={policies} />
      <Grants grants={grants} />
    </div>
  )
}

function sizeSentence({ estimatedRows, sizeBytes }: RelationDetails): string {
  const rows = estimatedRows === null ? '' : `, about ${countOf(Math.round(estimatedRows), 'row')}`
  return `${rows}${sizeBytes === null ? '' : `, ${formatBytes(sizeBytes)} with its indexes`}`
}

function Other({ shown: { object }, dataSourceId, onOpenText }: Shown<'object'>) {
  const { kind, oid, name, detail } = object
  const details = useQuery(queries.query.objectDetails.queryOptions({ input: { dataSourceId, kind, oid } }))
  if (details.isPending) return <Loading rows={8} />
  if (details.isError) return <Problem error={details.error} onRetry={() => void details.refetch()} />
  const { owner, comment, ddl, grants } = details.data
  return (
    <div className={styles.panel}>
      <Text component="p" m={0}>{`${kind} ${detail}${owner === null ? '' : `, owned by ${owner}`}`}</Text>
      {comment !== null && <p className={styles.comment}>{comment}</p>}
      <Definition ddl={ddl} onOpen={() => onOpenText(name, ddl)} />
      <Grants grants={grants} />
    </div>
  )
}

function Definition({ ddl, onOpen }: { readonly ddl: string; onOpen(): void }) {
  return (
    <section aria-label="Definition">
      <Group justify="space-between" gap="sm">
        <h2 className={styles.title}>Definition</h2>
        <Group gap="xs">
          <CopyButton value={ddl} label="Copy definition" />
          <Button variant="default" size="compact-sm" leftSection={<IconTerminal2 size={14} aria-hidden />} onClick={onOpen}>
            Open in a new tab
          </Button>
        </Group>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and by keys as well */}
      <pre className={styles.ddl} tabIndex={0}>
        {ddl}
      </pre>
    </section>
  )
}

function Parts({ title, parts }: { readonly title: string; readonly parts: readonly TablePart[] }) {
  if (parts.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 className={styles.title}>
        {title} <span className={styles.count}>{parts.length}</span>
      </h2>
      <dl className={styles.parts}>
        {parts.map(({ name, definition }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{definition}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Grants({ grants }: { readonly grants: readonly Grant[] }) {
  return (
    <section aria-label="Grants">
      <h2 className={styles.title}>Grants</h2>
      {grants.length === 0 ? (
        <Text c="dimmed">None but those of its owner.</Text>
      ) : (
        <dl className={styles.parts}>
          {grants.map(({ grantee, privileges }) => (
            <div key={grantee}>
              <dt>{grantee}</dt>
              <dd>{privileges.join(', ')}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
