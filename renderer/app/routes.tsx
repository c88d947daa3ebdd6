import { type ComponentType, lazy, type ReactNode } from 'react'
import type { PageName, Route } from '#api/route.ts'

/**
 * Which screen stands at which address: the only place that knows every feature.
 *
 * A feature exports its screen by name from `features/<feature>/<screen>-page.tsx`. It takes what its route holds as
 * props, begins with `<PageHeader title=…>` (#ui/page-header.tsx: the one h1), and fills the main region, which scrolls
 * and has its padding already. A page that wants the whole height (the query pane) sets `bleed`. A new address is one
 * member of Route (#api/route.ts) and one row here.
 */
export const screens: { readonly [Page in PageName]: Screen<Extract<Route, { page: Page }>> } = {
  home: { title: 'Home', show: () => <HomePage /> },
  assets: { title: 'Data assets', show: () => <AssetsPage /> },
  asset: {
    title: 'Data asset',
    show: ({ id, tab, add, edit }) => (
      <AssetPage
        key={id}
        id={id}
        tab={tab}
        expectations={(asset) => <AssetExpectations asset={asset} add={add} edit={edit} />}
        validations={(asset) => <AssetValidations asset={asset} />}
      />
    ),
  },
  query: { title: 'Query', bleed: true, show: ({ source }) => <QueryPage source={source} /> },
  runs: { title: 'Runs', show: () => <RunsPage /> },
  run: { title: 'Run', show: ({ id }) => <RunPage key={id} id={id} /> },
  'data-sources': { title: 'Data sources', show: () => <DataSourcesPage /> },
  'data-source': { title: 'Data source', show: ({ id }) => <DataSourcePage key={id} id={id} /> },
  setup: { title: 'Connect to PostgreSQL', show: ({ source }) => <SetupPage key={source} source={source} /> },
  settings: { title: 'Settings', show: ({ section }) => <SettingsPage section={section} /> },
}

export function showRoute(route: Route): ReactNode {
  return screenOf(route).show(route)
}

export function screenOf<Page extends Route>(route: Page): Screen<Page> {
  // The table's type ties each row to its page; TypeScript cannot follow that through the index.
  return screens[route.page] as unknown as Screen<Page>
}

interface Screen<Own extends Route> {
  /** Of the window, behind the name of what is shown. */
  readonly title: string
  /** The page fills the main region to its edges and scrolls by itself. */
  readonly bleed?: boolean
  show(route: Own): ReactNode
}

/** Loaded when first shown: the editor alone is larger than the rest of the app. */
function page<Name extends string, Props>(load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>, name: Name) {
  return lazy(async () => ({ default: (await load())[name] }))
}

const HomePage = page(() => import('#features/home/home-page.tsx'), 'HomePage')
const AssetsPage = page(() => import('#features/assets/assets-page.tsx'), 'AssetsPage')
const AssetPage = page(() => import('#features/assets/asset-page.tsx'), 'AssetPage')
const AssetExpectations = page(() => import('#features/expectations/asset-expectations.tsx'), 'AssetExpectations')
const AssetValidations = page(() => import('#features/validations/asset-validations.tsx'), 'AssetValidations')
const QueryPage = page(() => import('#features/query/query-page.tsx'), 'QueryPage')
const RunsPage = page(() => import('#features/validations/runs-page.tsx'), 'RunsPage')
const RunPage = page(() => import('#features/validations/run-page.tsx'), 'RunPage')
const DataSourcesPage = page(() => import('#features/data-sources/data-sources-page.tsx'), 'DataSourcesPage')
const DataSourcePage = page(() => import('#features/data-sources/data-source-page.tsx'), 'DataSourcePage')
const SetupPage = page(() => import('#features/setup/setup-page.tsx'), 'SetupPage')
const SettingsPage = page(() => import('#features/settings/settings-page.tsx'), 'SettingsPage')
