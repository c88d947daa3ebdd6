import type pg from 'pg'

/** Settings of a session that the server tells by itself, at login and whenever one changes (ParameterStatus; manual, 54.2.7). */

const known = new WeakMap<pg.Client, Map<string, string>>()

/** Before the client connects. */
export function watchSettings(client: pg.Client): void {
  const settings = new Map<string, string>()
  known.set(client, settings)
  const { connection } = client as unknown as { readonly connection: Wire }
  connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
    // SECURITY: these are all that are asked for; a server may name as many as it likes.
    if (watched.has(parameterName)) settings.set(parameterName, parameterValue)
  })
}

/** null: the server did not tell. */
export function reportedSetting(client: pg.Client, name: 'standard_conforming_strings'): string | null {
  return known.get(client)?.get(name) ?? null
}

const watched: ReadonlySet<string> = new Set(['standard_conforming_strings'])

interface Wire {
  on(event: 'parameterStatus', listener: (status: { readonly parameterName: string; readonly parameterValue: string }) => void): void
}
