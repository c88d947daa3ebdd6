import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLayoutColumns, IconLoader2, IconPlus, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type MouseEvent, useRef } from 'react'
import { notify } from '#ui/notify.tsx'
import type { QueryTab } from './query-tabs.ts'
import styles from './tab-bar.module.css'
import { queryTabs, useRun, useTabs } from './use-query-tabs.ts'

/** The open texts. Keys: left and right choose, Delete closes. */
export function TabBar() {
  const panes = useTabs()
  const { tabs, activeId } = panes
  const list = useRef<HTMLDivElement>(null)
  const active = tabs.find(({ id }) => id === activeId)
  const show = (index: number) => {
    const tab = tabs[(index + tabs.length) % tabs.length]
    if (tab === undefined) return
    queryTabs.activate(tab.id)
    list.current?.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const index = tabs.findIndex(({ id }) => id === activeId)
    if (event.key === 'ArrowRight') show(index + 1)
    else if (event.key === 'ArrowLeft') show(index - 1)
    else if (event.key === 'Home') show(0)
    else if (event.key === 'End') show(tabs.length - 1)
    else if (event.key === 'Delete' && active !== undefined) close(active)
    else return
    event.preventDefault()
  }
  return (
    <div className={styles.tabBar}>
      <div ref={list} role="tablist" aria-label="Queries" className={styles.tabList} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <TabHead key={tab.id} tab={tab} active={tab.id === activeId} beside={tab.id === panes.besideId} />
        ))}
      </div>
      <Tooltip label="New query">
        <ActionIcon aria-label="New query" onClick={() => queryTabs.add({ dataSourceId: active?.dataSourceId ?? null })}>
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={panes.besideId === null ? 'Two tabs side by side (Ctrl+\\)' : 'One tab alone (Ctrl+\\)'}>
        <ActionIcon
          aria-label="Side by side"
          aria-keyshortcuts="Control+\\"
          aria-pressed={panes.besideId !== null}
          onClick={() => queryTabs.toggleSplit()}
        >
          <IconLayoutColumns size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

function TabHead({ tab, active, beside }: { readonly tab: QueryTab; readonly active: boolean; readonly beside: boolean }) {
  const { phase } = useRun(queryTabs.run(tab.id))
  const running = phase === 'running' || phase === 'cancelling'
  const onAuxClick = (event: MouseEvent) => event.button === 1 && close(tab)
  return (
    <div
      className={styles.tab}
      data-active={active || undefined}
      data-beside={beside || undefined}
      role="presentation"
      onAuxClick={onAuxClick}
    >
      <button
        type="button"
        role="tab"
        id={`tab-${tab.id}`}
        data-tab={tab.id}
        aria-selected={active}
        aria-controls={active || beside ? `panel-${tab.id}` : undefined}
        tabIndex={active ? 0 : -1}
        aria-keyshortcuts="Delete"
        className={styles.tabTitle}
        onClick={() => queryTabs.activate(tab.id)}
      >
        {running && <IconLoader2 size={14} className={styles.turning} aria-label="running" />}
        {tab.title}
      </button>
      {/* For the pointer: a list of tabs may hold nothing but tabs, and the keyboard closes with Delete. */}
      <button type="button" className={styles.tabClose} tabIndex={-1} aria-hidden title={`Close ${tab.title}`} onClick={() => close(tab)}>
        <IconX size={12} aria-hidden />
      </button>
    </div>
  )
}

/** What is open in its session is a person's to keep or to give up. */
function close(tab: QueryTab): void {
  const { phase, session } = queryTabs.run(tab.id).state()
  const waits = (phase === 'finished' || phase === 'idle') && (session?.status === 'transaction' || session?.status === 'failed')
  if (waits) queryTabs.askToClose(tab.id)
  else closeNow(tab)
}

export function closeNow(tab: QueryTab): void {
  const { undo } = queryTabs.close(tab.id)
  if (tab.sql.trim() !== '') notify({ message: `${tab.title} closed.`, undo })
}
