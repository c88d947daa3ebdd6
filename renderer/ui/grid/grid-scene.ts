import type { ColumnLayout } from './column-layout.ts'
import type { GridColumn, GridMark, GridPlace, GridRange } from './grid-types.ts'
import type { WindowCache } from './window-cache.ts'

/** What the rows are drawn from, apart from where the box is scrolled to. */
export interface GridContent {
  readonly columns: readonly GridColumn[]
  readonly layout: ColumnLayout
  readonly rowCount: number
  readonly cache: WindowCache
  readonly range: GridRange | null
  /** Always drawn, wherever it is, because the focus may be in it. */
  readonly active: GridPlace
  /** What is looked for; null: nothing. */
  readonly mark: GridMark | null
}

/** And what of it is in sight. */
export interface GridScene extends GridContent {
  readonly frozen: readonly number[]
  readonly moving: readonly number[]
  readonly resting: boolean
}
