import { useMemo, useState } from 'react'
import { countOf } from '#ui/format.ts'
import { type TreeRow, TreeView } from '#ui/tree-view.tsx'
import type { JsonNode } from './read-json.ts'
import styles from './values.module.css'

/** JSON as a tree; the first level is open. */
export function JsonTree({ root, label }: { readonly root: JsonNode; readonly label: string }) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => rowsOf(root, toggled), [root, toggled])
  const onToggle = (key: string) =>
    setToggled((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  return (
    <div className={styles.tree}>
      <TreeView label={label} rows={rows} onToggle={onToggle} />
    </div>
  )
}

/** Rows of one list; of a longer one the rest is said. */
const MOST_CHILDREN = 10_000
const MOST_TEXT = 500

/** Those that are open, from the top. The root is open unless it was closed, everything else the other way about. */
export function rowsOf(root: JsonNode, toggled: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const pending: { readonly node: JsonNode; readonly name: string; readonly key: string; readonly level: number }[] = [
    { node: root, name: '', key: '$', level: 1 },
  ]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, name, key, level } = next
    const prefix = name === '' ? '' : `${name}: `
    if (node.kind === 'value') {
      rows.push({ key, level, text: `${prefix}${shortened(node.raw)}`, expanded: null })
      continue
    }
    const children =
      node.kind === 'array'
        ? node.items.slice(0, MOST_CHILDREN).map((item, index) => ({ name: String(index), node: item }))
        : node.members.slice(0, MOST_CHILDREN)
    const count = node.kind === 'array' ? node.items.length : node.members.length
    const expanded = toggled.has(key) !== (level === 1)
    const words = node.kind === 'array' ? countOf(count, 'item') : countOf(count, 'member')
    const rest = count > MOST_CHILDREN && expanded ? `, the first ${MOST_CHILDREN} are shown` : ''
    rows.push({
      key,
      level,
      text: `${prefix}${node.kind === 'array' ? '[ ]' : '{ }'}`,
      detail: `${words}${rest}`,
      expanded: count === 0 ? null : expanded,
    })
    if (!expanded) continue
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index]
      if (child !== undefined) pending.push({ ...child, name: unquoted(child.name), key: `${key}/${index}`, level: level + 1 })
    }
  }
  return rows
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name
}

function shortened(raw: string): string {
  return raw.length <= MOST_TEXT ? raw : `${raw.slice(0, MOST_TEXT)}… (${raw.length} characters)`
}
