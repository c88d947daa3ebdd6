import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'

/** A menu where the pointer or the keys asked for it. */
export function PointMenu({ at, onClose, children }: PointMenuProps) {
  return (
    <Menu
      opened={at !== null}
      onChange={(opened) => !opened && onClose()}
      position="bottom-start"
      shadow="sm"
      returnFocus={false}
      // The point has no size, which would be taken for out of sight.
      hideDetached={false}
      // Made anew at each place, or it would stay where it was first.
      key={at === null ? 'none' : `${at.x} ${at.y}`}
    >
      <Menu.Target>
        <span aria-hidden style={{ position: 'fixed', left: at?.x ?? 0, top: at?.y ?? 0 }} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}

interface PointMenuProps {
  /** In the window; null: closed. */
  readonly at: { readonly x: number; readonly y: number } | null
  onClose(): void
  readonly children: ReactNode
}
