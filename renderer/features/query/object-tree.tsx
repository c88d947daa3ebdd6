import { ActionIcon, CloseButton, Menu, Text, TextInput, Tooltip } from '@mantine/core'
import {
  IconColumns,
  IconDots,
  IconFolder,
  IconFunction,
  IconListNumbers,
  IconPuzzle,
  IconRefresh,
  IconSearch,
  IconSum,
  IconTable,
  IconTableShortcut,
  IconTag,
  IconUser,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { assertNever } from '#shared/assert-never.ts'
import type { ObjectKind } from '#shared/model/database-object.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { copyText } from '#ui/copy-text.ts'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { type TreeRow, TreeView } from '#ui/tree-view.tsx'
import { ObjectPanel, type ShownObject } from './object-panel.tsx'
import styles from './object-tree.module.css'
import { qualifiedName } from './query-words.ts'
import type { TreeNode } from './tree-nodes.ts'
import type { ObjectTree } from './use-object-tree.ts'

/** What the data source holds. Reading its names is all that it does by itself. */
export function ObjectTreePane({ tree, dataSourceId, filter, onFilter, onFirstRows, onOpenText }: ObjectTreePaneProps) {
  const [menuKey, setMenuKey] = useState<string | null>(null)
  const [shown, setShown] = useState<ShownObject | null>(null)
  const cache = useQueryClient()
  const refresh = () => {
    const { schemas, relations, partitions, columns, objects, find, relationDetails, objectDetails } = queries.query
    for (const part of [schemas, relations, partitions, columns, objects, find, relationDetails, objectDetails])
      void cache.invalidateQueries({ queryKey: part.key({ input: { dataSourceId } }) })
  }
  const copyName = (name: string) => copyText(name, `${name} copied.`)
  const openRows = (key: string) => {
    const node = tree.nodes.find((node) => node.key === key)
    if (node?.kind === 'relation') onFirstRows(node.schema, node.relation)
    else if (node?.kind === 'object') setShown(node)
  }
  const actionsOf = (node: TreeNode) => {
    if (node.kind !== 'relation' && node.kind !== 'object') return undefined
    const name = node.kind === 'relation' ? node.relation : node.object.name
    return (
      <Menu position="bottom-end" shadow="sm" opened={menuKey === node.key} onChange={(opened) => setMenuKey(opened ? node.key : null)}>
        <Menu.Target>
          <ActionIcon size="xs" tabIndex={-1} aria-label={`Actions for ${name}`}>
            <IconDots size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {node.kind === 'relation' && <Menu.Item onClick={() => onFirstRows(node.schema, node.relation)}>Select first 100 rows</Menu.Item>}
          <Menu.Item onClick={() => setShown(node)}>Properties and definition</Menu.Item>
          <Menu.Item onClick={() => void copyName(textOf(node) ?? name)}>Copy qualified name</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    )
  }
  const rows = tree.nodes.map((node): TreeRow => ({ ...rowOf(node), dragText: textOf(node), actions: actionsOf(node) }))
  return (
    <div className={styles.tree}>
      <div className={styles.treeHead}>
        <TextInput
          type="search"
          aria-label="Search tables and columns"
          placeholder="Search names"
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
            {filter === '' ? 'There is no schema that this role may use.' : 'No table and no column has this in its name.'}
          </Text>
        )
      )}
      <ObjectPanel
        shown={shown}
        dataSourceId={dataSourceId}
        onClose={() => setShown(null)}
        onOpenText={(title, sql) => {
          setShown(null)
          onOpenText(title, sql)
        }}
      />
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
  /** Opens a tab with the text, and runs nothing. */
  onOpenText(title: string, sql: string): void
}

function rowOf(node: TreeNode): TreeRow {
  switch (node.kind) {
    case 'schema': {
      const { key, schema, count, expanded } = node
      return { key, level: 1, text: schema, detail: countOf(count, 'table'), icon: <IconFolder size={14} aria-hidden />, expanded }
    }
    case 'relation': {
      const { key, level, relation, relationKind, bound, expanded } = node
      const Icon = relationKind === 'table' || relationKind === 'partitioned table' ? IconTable : IconTableShortcut
      const detail = [relationKind === 'table' ? null : relationKind, bound].filter((part) => part !== null).join(', ') || undefined
      return { key, level, text: relation, detail, icon: <Icon size={14} aria-hidden />, expanded, opens: true }
    }
    case 'column': {
      const { key, level, column, type, nullable } = node
      const detail = type === null ? undefined : nullable ? type : `${type}, not null`
      return { key, level, text: column, detail, icon: <IconColumns size={14} aria-hidden />, expanded: null }
    }
    case 'folder': {
      const { key, level, title, count, expanded } = node
      return {
        key,
        level,
        text: title,
        detail: count === null ? undefined : String(count),
        icon: <IconFolder size={14} aria-hidden />,
        expanded,
      }
    }
    case 'object': {
      const { key, level, object } = node
      const Icon = objectIcons[object.kind]
      const detail = object.detail === '' ? undefined : object.detail
      return { key, level, text: object.name, detail, icon: <Icon size={14} aria-hidden />, expanded: null, opens: true }
    }
    case 'none':
      return { key: node.key, level: node.level, text: node.text, expanded: null }
    case 'waiting':
      return { key: node.key, level: node.level, text: 'Reading …', expanded: null }
    default:
      return assertNever(node)
  }
}

const objectIcons: Readonly<Record<ObjectKind, typeof IconTable>> = {
  function: IconFunction,
  procedure: IconFunction,
  aggregate: IconSum,
  sequence: IconListNumbers,
  type: IconTag,
  role: IconUser,
  extension: IconPuzzle,
}

/** As it stands in a statement. */
function textOf(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'schema':
      return quoteName(node.schema)
    case 'relation':
      return qualifiedName(node.schema, node.relation)
    case 'column':
      return quoteName(node.column)
    case 'object':
      return node.schema === null ? quoteName(node.object.name) : qualifiedName(node.schema, node.object.name)
    default:
      return undefined
  }
}
