import { ActionIcon, CloseButton, Menu, Text, TextInput, Tooltip } from '@mantine/core'
import { IconColumns, IconDots, IconFolder, IconRefresh, IconSearch, IconTable, IconTableShortcut } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { assertNever } from '#shared/assert-never.ts'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { type TreeRow, TreeView } from '#ui/tree-view.tsx'
import styles from './query.module.css'
import { qualifiedName } from './query-words.ts'
import type { TreeNode } from './tree-nodes.ts'
import type { ObjectTree } from './use-object-tree.ts'

/** What the data source holds. Reading its names is all that it does by itself. */
export function ObjectTreePane({ tree, dataSourceId, filter, onFilter, onFirstRows }: ObjectTreePaneProps) {
  const [menuKey, setMenuKey] = useState<string | null>(null)
  const cache = useQueryClient()
  const refresh = () => {
    for (const part of [queries.query.schemas, queries.query.relations, queries.query.columns])
      void cache.invalidateQueries({ queryKey: part.key({ input: { dataSourceId } }) })
  }
  const copyName = async (name: string) => {
    try {
      await navigator.clipboard.writeText(name)
      notify({ message: `${name} copied.` })
    } catch {
      // The browser's refusal says nothing that a person could act on.
      notify({ message: `${name} could not be copied.`, tone: 'failed' })
    }
  }
  const openRows = (key: string) => {
    const node = tree.nodes.find((node) => node.key === key)
    if (node?.kind === 'relation') onFirstRows(node.schema, node.relation)
  }
  const actionsOf = (node: TreeNode) => {
    if (node.kind !== 'relation') return undefined
    const { schema, relation } = node
    return (
      <Menu position="bottom-end" shadow="sm" opened={menuKey === node.key} onChange={(opened) => setMenuKey(opened ? node.key : null)}>
        <Menu.Target>
          <ActionIcon size="xs" tabIndex={-1} aria-label={`Actions for ${relation}`}>
            <IconDots size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onFirstRows(schema, relation)}>Select first 100 rows</Menu.Item>
          <Menu.Item onClick={() => void copyName(qualifiedName(schema, relation))}>Copy qualified name</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    )
  }
  const rows = tree.nodes.map((node): TreeRow => ({ ...rowOf(node), actions: actionsOf(node) }))
  return (
    <div className={styles.tree}>
      <div className={styles.treeHead}>
        <TextInput
          type="search"
          aria-label="Filter tables"
          placeholder="Filter tables"
          className={styles.grow}
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={filter === '' ? null : <CloseButton size="xs" aria-label="Clear filter" onClick={() => onFilter('')} />}
          value={filter}
          onChange={(event) => onFilter(event.currentTarget.value)}
        />
        <Tooltip label="Read the names again">
          <ActionIcon aria-label="Read the names again" onClick={refresh}>
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {tree.error !== null && (
        <div className={styles.treeProblem}>
          <Problem error={tree.error} onRetry={tree.retry} />
        </div>
      )}
      {tree.pending ? (
        <Loading rows={5} label="Reading the schemas" />
      ) : rows.length > 0 ? (
        <TreeView label="Schemas, tables and columns" rows={rows} onToggle={tree.toggle} onOpen={openRows} onMenu={setMenuKey} />
      ) : (
        tree.error === null && (
          <Text c="dimmed" px={8}>
            {filter === '' ? 'There is no schema that this role may use.' : 'No table has this in its name.'}
          </Text>
        )
      )}
    </div>
  )
}

interface ObjectTreePaneProps {
  readonly tree: ObjectTree
  readonly dataSourceId: string
  readonly filter: string
  onFilter(filter: string): void
  /** Opens a tab that reads them. */
  onFirstRows(schema: string, relation: string): void
}

function rowOf(node: TreeNode): TreeRow {
  switch (node.kind) {
    case 'schema': {
      const { key, schema, count, expanded } = node
      return { key, level: 1, text: schema, detail: countOf(count, 'table'), icon: <IconFolder size={14} aria-hidden />, expanded }
    }
    case 'relation': {
      const { key, relation, relationKind, expanded } = node
      const Icon = relationKind === 'table' || relationKind === 'partitioned table' ? IconTable : IconTableShortcut
      const detail = relationKind === 'table' ? undefined : relationKind
      return { key, level: 2, text: relation, detail, icon: <Icon size={14} aria-hidden />, expanded, opens: true }
    }
    case 'column': {
      const { key, column, type, nullable } = node
      const detail = nullable ? type : `${type}, not null`
      return { key, level: 3, text: column, detail, icon: <IconColumns size={14} aria-hidden />, expanded: null }
    }
    case 'waiting':
      return { key: node.key, level: node.level, text: 'Reading …', expanded: null }
    default:
      return assertNever(node)
  }
}
