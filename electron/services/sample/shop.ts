import { customerRows, orderItemRows, orderRows, plantedDefects, productRows, uuidFunctions, warehouseRows } from './shop-rows.ts'
import { shopKeys, shopTables, shopViews } from './shop-tables.ts'
import { wordFunctions } from './shop-words.ts'

/** The small shop of the sample database, as the statements that make it, in order. */

export const SHOP_DATABASE = 'shop'
export const SHOP_SCHEMAS: readonly string[] = ['shop', 'warehouse']

export interface LoadStep {
  /** For the progress bar. */
  readonly title: string
  /** Its share of the time, in parts of the whole; measured, and only for a bar that moves evenly. */
  readonly weight: number
  /** One statement each. */
  readonly statements: readonly string[]
}

export const loadSteps: readonly LoadStep[] = [
  { title: 'Making the tables', weight: 3, statements: [...wordFunctions, ...uuidFunctions, ...shopTables] },
  { title: 'Customers', weight: 12, statements: customerRows },
  { title: 'Products', weight: 2, statements: productRows },
  { title: 'Order lines', weight: 22, statements: orderItemRows },
  { title: 'Orders', weight: 22, statements: orderRows },
  { title: 'Warehouses and shipments', weight: 10, statements: [...warehouseRows, ...plantedDefects] },
  { title: 'Keys', weight: 14, statements: shopKeys },
  { title: 'Views', weight: 4, statements: shopViews },
  { title: 'Statistics', weight: 6, statements: ['ANALYZE'] },
]

/** What "Break something" renames, as somebody would who did not know that others read it. */
export const BREAKABLE = { schema: 'shop', table: 'customers', column: 'email', renamed: 'e_mail' } as const

export const breakStatement = `ALTER TABLE ${BREAKABLE.schema}.${BREAKABLE.table} RENAME COLUMN ${BREAKABLE.column} TO ${BREAKABLE.renamed}`
export const mendStatement = `ALTER TABLE ${BREAKABLE.schema}.${BREAKABLE.table} RENAME COLUMN ${BREAKABLE.renamed} TO ${BREAKABLE.column}`

/** One row, one value: `true` while the column has its other name. */
export const brokenQuestion = `SELECT EXISTS (
  SELECT FROM pg_catalog.pg_attribute WHERE attrelid = '${BREAKABLE.schema}.${BREAKABLE.table}'::pg_catalog.regclass
    AND attname = '${BREAKABLE.renamed}' AND NOT attisdropped)::text`

export const brokenSentence = `${BREAKABLE.table}.${BREAKABLE.column} is now ${BREAKABLE.table}.${BREAKABLE.renamed}`
