import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { defaultPreferences, type Preferences } from '#shared/model/app.ts'
import { api, queries } from './client.ts'

/** Looks and remembered sizes. A change shows at once, and is stored behind it. */
export function usePreferences(): PreferencesUse {
  const client = useQueryClient()
  const { data } = useQuery(queries.app.preferences.get.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }))
  const show = (change: PreferencesChange) =>
    client.setQueryData<Preferences>(key, (before) => merged(before ?? defaultPreferences, change))
  const { mutate } = useMutation(
    queries.app.preferences.set.mutationOptions({
      onMutate: show,
      // What was shown is taken back; app/lost-preferences.ts says so.
      onError: () => client.invalidateQueries({ queryKey: key }),
    }),
  )
  const changeOften = (make: (before: Preferences) => PreferencesChange) => {
    const change = make(client.getQueryData<Preferences>(key) ?? defaultPreferences)
    show(change)
    waiting.change = { ...waiting.change, ...change }
    clearTimeout(waiting.timer)
    waiting.timer = setTimeout(() => {
      const latest = takeWaiting()
      if (latest !== null) mutate(latest)
    }, STORE_AFTER_MS)
  }
  return { preferences: data ?? defaultPreferences, change: mutate, changeOften }
}

interface PreferencesUse {
  readonly preferences: Preferences
  change(change: PreferencesChange): void
  /** For what changes many times a second, as a width that is dragged: stored once it rests. */
  changeOften(make: (before: Preferences) => PreferencesChange): void
}

const STORE_AFTER_MS = 400

const key = queries.app.preferences.get.queryKey({ input: {} })

/** What is shown and not yet stored: of the page, since who changed it may be gone by then. */
const waiting: { change: PreferencesChange; timer: ReturnType<typeof setTimeout> | undefined } = { change: {}, timer: undefined }

/** null: all is stored. */
function takeWaiting(): PreferencesChange | null {
  clearTimeout(waiting.timer)
  const { change } = waiting
  waiting.change = {}
  return Object.keys(change).length === 0 ? null : change
}

if (typeof window !== 'undefined')
  window.addEventListener('pagehide', () => {
    const latest = takeWaiting()
    // Nobody is left to be told of a failure.
    if (latest !== null) void api.app.preferences.set(latest).catch(() => {})
  })

function merged(
  before: Preferences,
  {
    colorScheme,
    railCollapsed,
    paneSizes,
    currentDataSourceId,
    expectationsBy,
    keepResultsDays,
    queryOptions,
    queryEditor,
    gridLayouts,
    queryPair,
  }: PreferencesChange,
): Preferences {
  return {
    colorScheme: colorScheme ?? before.colorScheme,
    railCollapsed: railCollapsed ?? before.railCollapsed,
    paneSizes: paneSizes ?? before.paneSizes,
    expectationsBy: expectationsBy ?? before.expectationsBy,
    queryOptions: queryOptions ?? before.queryOptions,
    queryEditor: queryEditor ?? before.queryEditor,
    gridLayouts: gridLayouts ?? before.gridLayouts,
    // null means "none" here, so only what was left out keeps the old one.
    keepResultsDays: keepResultsDays === undefined ? before.keepResultsDays : keepResultsDays,
    queryPair: queryPair === undefined ? before.queryPair : queryPair,
    currentDataSourceId: currentDataSourceId === undefined ? before.currentDataSourceId : currentDataSourceId,
  }
}

/** What is left out, or undefined, stays. */
type PreferencesChange = { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined }
