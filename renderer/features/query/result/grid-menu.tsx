import { Menu } from '@mantine/core'
import { copyFormats, copyTitles } from '#ui/grid/copy-formats.ts'
import type { GridPlace } from '#ui/grid/grid-types.ts'
import { PointMenu } from '#ui/point-menu.tsx'

/** What can be done with a column, or with a cell and what is selected around it. */
export function GridMenu({ menu, onClose, can, actions }: GridMenuProps) {
  return (
    <PointMenu at={menu?.at ?? null} onClose={onClose}>
      {menu !== null && (menu.place.row < 0 ? <ColumnItems can={can} actions={actions} /> : <CellItems can={can} actions={actions} />)}
    </PointMenu>
  )
}

export interface OpenMenu {
  readonly place: GridPlace
  readonly at: { readonly x: number; readonly y: number }
}

interface GridMenuProps extends ItemsProps {
  /** null: closed. */
  readonly menu: OpenMenu | null
  onClose(): void
}

interface ItemsProps {
  readonly can: {
    readonly arrange: boolean
    readonly unpin: boolean
    readonly hide: boolean
    readonly showAll: boolean
    readonly filterByValue: boolean
  }
  readonly actions: GridActions
}

export interface GridActions {
  sort(descending: boolean): void
  filter(): void
  only(): void
  without(): void
  statistics(): void
  pin(): void
  unpin(): void
  hide(): void
  showAll(): void
  fit(): void
  openRow(): void
  openCell(): void
  copy(format: (typeof copyFormats)[number]): void
}

function ColumnItems({ can, actions }: ItemsProps) {
  return (
    <>
      <Menu.Item disabled={!can.arrange} onClick={() => actions.sort(false)}>
        Sort ascending
      </Menu.Item>
      <Menu.Item disabled={!can.arrange} onClick={() => actions.sort(true)}>
        Sort descending
      </Menu.Item>
      <Menu.Item disabled={!can.arrange} onClick={actions.filter}>
        Filter …
      </Menu.Item>
      <Menu.Item onClick={actions.statistics}>Statistics</Menu.Item>
      <Menu.Divider />
      <Menu.Item onClick={actions.pin}>Freeze columns up to here</Menu.Item>
      <Menu.Item disabled={!can.unpin} onClick={actions.unpin}>
        Unfreeze columns
      </Menu.Item>
      <Menu.Item onClick={actions.fit}>Fit all columns to what is in them</Menu.Item>
      <Menu.Divider />
      <Menu.Item disabled={!can.hide} onClick={actions.hide}>
        Hide the column
      </Menu.Item>
      <Menu.Item disabled={!can.showAll} onClick={actions.showAll}>
        Show all columns as they came
      </Menu.Item>
    </>
  )
}

function CellItems({ can, actions }: ItemsProps) {
  return (
    <>
      <Menu.Item onClick={actions.openCell} rightSection="Enter">
        Show the value
      </Menu.Item>
      <Menu.Item onClick={actions.openRow} rightSection="Space">
        Show the row
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item disabled={!can.arrange || !can.filterByValue} onClick={actions.only}>
        Only rows with this value
      </Menu.Item>
      <Menu.Item disabled={!can.arrange || !can.filterByValue} onClick={actions.without}>
        Without this value
      </Menu.Item>
      <Menu.Item disabled={!can.arrange} onClick={actions.filter}>
        Filter …
      </Menu.Item>
      <Menu.Item onClick={actions.statistics}>Statistics of the column</Menu.Item>
      <Menu.Divider />
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item>Copy as</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          {copyFormats.map((format) => (
            <Menu.Item key={format} onClick={() => actions.copy(format)}>
              {copyTitles[format]}
            </Menu.Item>
          ))}
        </Menu.Sub.Dropdown>
      </Menu.Sub>
    </>
  )
}
