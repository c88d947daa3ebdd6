import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { defaultPreferences, type Preferences } from '#shared/model/app.ts'
import { queries } from './client.ts'

/** Looks and remembered sizes. A change shows at once and is stored behind it. */
export function usePreferences(): { readonly preferences: Preferences; readonly change: (change: PreferencesChange) => void } {
  const client = useQueryClient()
  const key = queries.app.preferences.get.queryKey({ input: {} })
  const { data } = useQuery(queries.app.preferences.get.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }))
  const { mutate } = useMutation(
    queries.app.preferences.set.mutationOptions({
      onMutate: (change) => client.setQueryData<Preferences>(key, (before) => merged(before ?? defaultPreferences, change)),
      onError: () => client.invalidateQueries({ queryKey: key }),
    }),
  )
  return { preferences: data ?? defaultPreferences, change: mutate }
}

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
    gridLayouts,
  }: PreferencesChange,
): Preferences {
  return {
    colorScheme: colorScheme ?? before.colorScheme,
    railCollapsed: railCollapsed ?? before.railCollapsed,
    paneSizes: paneSizes ?? before.paneSizes,
    expectationsBy: expectationsBy ?? before.expectationsBy,
    queryOptions: queryOptions ?? before.queryOptions,
    gridLayouts: gridLayouts ?? before.gridLayouts,
    // null means "none" here, so only what was left out keeps the old one.
    keepResultsDays: keepResultsDays === undefined ? before.keepResultsDays : keepResultsDays,
    currentDataSourceId: currentDataSourceId === undefined ? before.currentDataSourceId : currentDataSourceId,
  }
}

/** What is left out, or undefined, stays. */
type PreferencesChange = { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined }
