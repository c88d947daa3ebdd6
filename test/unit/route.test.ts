import { describe, expect, test } from 'vitest'
import { assetTabs, formatRoute, parseRoute, type Route, settingsSections } from '#api/route.ts'
import { fc } from '#test/support/chance.ts'

const id = '0b8f6a52-4a2f-4a53-9f0f-2f3f6f0f7a11'

describe('an address', () => {
  const known: readonly (readonly [string, Route])[] = [
    ['#/', { page: 'home' }],
    ['', { page: 'home' }],
    ['#/assets', { page: 'assets' }],
    [`#/assets/${id}`, { page: 'asset', id, tab: 'overview', add: false }],
    [`#/assets/${id}/expectations`, { page: 'asset', id, tab: 'expectations', add: false }],
    [`#/assets/${id}/expectations/new`, { page: 'asset', id, tab: 'expectations', add: true }],
    [`#/assets/${id}/expectations/${id}`, { page: 'asset', id, tab: 'expectations', add: false, edit: id }],
    ['#/query', { page: 'query', source: null }],
    [`#/query?source=${id}`, { page: 'query', source: id }],
    ['#/runs', { page: 'runs' }],
    [`#/runs/${id}`, { page: 'run', id }],
    [`#/data-sources/${id}`, { page: 'data-source', id }],
    ['#/setup', { page: 'setup', source: null }],
    [`#/setup?source=${id}`, { page: 'setup', source: id }],
    ['#/settings', { page: 'settings' }],
    ['#/settings/backup', { page: 'settings', section: 'backup' }],
  ]
  test.each(known)('%s is a screen', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })

  const unknown = [
    '#/nowhere',
    '#/assets/1',
    `#/assets/${id}/elsewhere`,
    `#/assets/${id}/overview/new`,
    `#/assets/${id}/validations/${id}`,
    `#/assets/${id}/expectations/new/more`,
    `#/runs/${id}/x`,
    `#/settings/${id}`,
    '#/settings/backup/more',
    '#/runs/%2e%2e',
    '#k=abc',
    '#/constructor',
  ]
  test.each(unknown)('%s leads home', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'home' })
  })

  test('a data source in it that is no id is left out', () => {
    expect(parseRoute('#/query?source=javascript:alert(1)')).toEqual({ page: 'query', source: null })
  })
})

test('every route comes back from its address', () => {
  const uuid = fc.uuid()
  const routes: fc.Arbitrary<Route> = fc.oneof(
    fc.constantFrom<Route>({ page: 'home' }, { page: 'assets' }, { page: 'runs' }, { page: 'data-sources' }, { page: 'settings' }),
    fc.record({ page: fc.constant('settings' as const), section: fc.constantFrom(...settingsSections) }),
    fc.record({ page: fc.constantFrom('run' as const, 'data-source' as const), id: uuid }),
    fc.record({ page: fc.constantFrom('query' as const, 'setup' as const), source: fc.option(uuid) }),
    fc.record({ page: fc.constant('asset' as const), id: uuid, tab: fc.constantFrom(...assetTabs), add: fc.constant(false) }),
    fc.record({ page: fc.constant('asset' as const), id: uuid, tab: fc.constant('expectations' as const), add: fc.constant(true) }),
  )
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(formatRoute(route))).toEqual(route)
    }),
  )
})
