import { useSyncExternalStore } from 'react'
import { SetupStep } from '#shared/model/setup.ts'

/** Every screen has an address, in the hash. An address that is not known leads home. */

export const assetTabs = ['overview', 'expectations', 'validations'] as const
export type AssetTab = (typeof assetTabs)[number]

/** Parts of the settings, in their order. */
export const settingsSections = ['looks', 'passwords', 'data', 'backup', 'results', 'log', 'versions'] as const
export type SettingsSection = (typeof settingsSections)[number]

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'assets' }
  /** `add`: the form for a new expectation is open. `edit`: that of this expectation. */
  | { readonly page: 'asset'; readonly id: string; readonly tab: AssetTab; readonly add: boolean; readonly edit?: string }
  /** `source`: the data source to query; null for the one used last. */
  | { readonly page: 'query'; readonly source: string | null }
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'data-sources' }
  | { readonly page: 'data-source'; readonly id: string }
  /** `source`: begin at "Select tables" with this data source. `step`: this step; without both it goes on where the wizard was left. */
  | { readonly page: 'setup'; readonly source: string | null; readonly step?: SetupStep }
  /** `section`: where it is to stand; left out: at its top. */
  | { readonly page: 'settings'; readonly section?: SettingsSection }

export type PageName = Route['page']

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [first = '', second, third, fourth, ...rest] = path.split('/').filter((part) => part !== '')
  if (rest.length > 0) return HOME
  const source = idIn(new URLSearchParams(query).get('source'))
  if (first === 'assets' && second !== undefined) return parseAsset(second, third, fourth)
  if (third !== undefined) return HOME
  if (first === 'setup' && second !== undefined) {
    const step = SetupStep.safeParse(second)
    return step.success ? { page: 'setup', source, step: step.data } : HOME
  }
  if (first === 'settings' && second !== undefined) {
    const section = settingsSections.find((name) => name === second)
    return section === undefined ? HOME : { page: 'settings', section }
  }
  if (second !== undefined) {
    const id = idIn(second)
    return id !== null && (first === 'runs' || first === 'data-sources') ? { page: first === 'runs' ? 'run' : 'data-source', id } : HOME
  }
  switch (first) {
    case 'assets':
    case 'runs':
    case 'data-sources':
    case 'settings':
      return { page: first }
    case 'query':
    case 'setup':
      return { page: first, source }
    default:
      return HOME
  }
}

export function formatRoute(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/'
    case 'asset':
      return `#/assets/${route.id}${route.tab === 'overview' ? '' : `/${route.tab}`}${route.add ? '/new' : route.edit === undefined ? '' : `/${route.edit}`}`
    case 'run':
      return `#/runs/${route.id}`
    case 'data-source':
      return `#/data-sources/${route.id}`
    case 'query':
    case 'setup': {
      const step = route.page === 'setup' && route.step !== undefined ? `/${route.step}` : ''
      return `#/${route.page}${step}${route.source === null ? '' : `?source=${route.source}`}`
    }
    case 'settings':
      return `#/settings${route.section === undefined ? '' : `/${route.section}`}`
    default:
      return `#/${route.page}`
  }
}

/** Goes there; the browser's back button comes back. */
export function navigate(route: Route): void {
  window.location.hash = formatRoute(route)
}

/** For an answer that may come late: leads on only while the person is still where they asked. Call it at once, use the result later. */
export function navigateIfStillHere(): (route: Route) => void {
  const asked = window.location.hash
  return (route) => {
    if (window.location.hash === asked) navigate(route)
  }
}

/** Goes there in place of the current entry, for an address that should not be come back to. */
export function replaceRoute(route: Route): void {
  window.location.replace(formatRoute(route))
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(listen, () => window.location.hash))
}

const HOME: Route = { page: 'home' }
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function idIn(text: string | null | undefined): string | null {
  return text != null && UUID.test(text) ? text : null
}

function parseAsset(second: string, third: string | undefined, fourth: string | undefined): Route {
  const id = idIn(second)
  const tab = assetTabs.find((name) => name === (third ?? 'overview'))
  const add = fourth === 'new' && tab === 'expectations'
  const edit = tab === 'expectations' ? idIn(fourth) : null
  if (id === null || tab === undefined || (fourth !== undefined && !add && edit === null)) return HOME
  return { page: 'asset', id, tab, add, ...(edit === null ? {} : { edit }) }
}

function listen(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
