import { tables } from './migrations/0001-tables.ts'
import { connect } from './migrations/0002-connect.ts'
import { installation } from './migrations/0003-installation.ts'
import { windows } from './migrations/0004-windows.ts'
import { proofs } from './migrations/0005-proofs.ts'
import { querySessions } from './migrations/0006-query-sessions.ts'
import { suiteParameters } from './migrations/0007-suite-parameters.ts'
import { dismissedSuggestions } from './migrations/0008-dismissed-suggestions.ts'
import { secretPlaces } from './migrations/0009-secret-places.ts'

/** One step of the schema. Its version is the number in its file's name; it is never edited once released. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** In order, without gaps. A new one goes to the end, in a file of its own. */
export const migrations: readonly Migration[] = [
  tables,
  connect,
  installation,
  windows,
  proofs,
  querySessions,
  suiteParameters,
  dismissedSuggestions,
  secretPlaces,
]
