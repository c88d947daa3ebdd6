import { Children, type ReactNode } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { usePreferences } from '#api/preferences.ts'
import styles from './split-panes.module.css'

/** Two panes with a line between them to drag, or to move by the arrow keys. Their sizes are remembered by name. Without a second child there is one pane. */
export function SplitPanes({ name, orientation, sizes, least, label, children }: SplitPanesProps) {
  const { preferences, change } = usePreferences()
  const [firstSize = sizes[0], secondSize = sizes[1]] = preferences.paneSizes[name] ?? sizes
  const [first, second] = Children.toArray(children)
  return (
    <Group
      orientation={orientation}
      className={styles.split}
      defaultLayout={second === undefined ? { first: 100 } : { first: firstSize, second: secondSize }}
      onLayoutChanged={(layout, { isUserInteraction }) => {
        if (!isUserInteraction || layout.second === undefined) return
        change({ paneSizes: { ...preferences.paneSizes, [name]: [layout.first ?? firstSize, layout.second ?? secondSize] } })
      }}
    >
      <Panel id="first" minSize={least[0]} className={styles.pane}>
        {first}
      </Panel>
      {second !== undefined && (
        <>
          <Separator className={styles.separator} aria-label={label} />
          <Panel id="second" defaultSize={`${secondSize}%`} minSize={least[1]} className={styles.pane}>
            {second}
          </Panel>
        </>
      )}
    </Group>
  )
}

interface SplitPanesProps {
  /** Under which the sizes are remembered. */
  readonly name: string
  readonly orientation: 'horizontal' | 'vertical'
  /** In percent, until a person moves the line. */
  readonly sizes: readonly [number, number]
  /** The least sizes in pixels. */
  readonly least: readonly [number, number]
  /** What the line changes. */
  readonly label: string
  readonly children: ReactNode
}
