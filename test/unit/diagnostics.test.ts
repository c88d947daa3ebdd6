import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileLog } from '#hosts/common/log.ts'
import { bugReport } from '#services/app/bug-report.ts'
import { readLog } from '#services/app/log-lines.ts'
import { secretSettings } from '#services/app/secret-settings.ts'
import type { Platform } from '#services/platform.ts'
import { Store } from '#services/store/store.ts'
import { Vault } from '#services/vault/vault.ts'
import { defaultPreferences } from '#shared/model/app.ts'

/** The log as a person reads it, and what goes into a bug report. */

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-diagnostics-'))
  store = Store.open(folder, { migrate: true })
})
afterEach(() => {
  store.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function counting(name: string, options: { maxBytes?: number } = {}): FileLog {
  let second = name === 'cli' ? 1_000 : 0
  const now = (): Date => {
    second += 2
    return new Date(second * 1_000)
  }
  return new FileLog(folder, { name, now, ...options })
}

describe('the log', () => {
  test('is read newest first, of both programs, over both files of each', async () => {
    const window = counting('plumbline', { maxBytes: 2_000 })
    for (let count = 0; count < 50; count += 1) window.info('event', { count })
    counting('cli').warn('beside')
    const lines = await readLog(folder, 'info', 1_000)
    expect(lines[0]).toMatchObject({ program: 'cli', level: 'warn', event: 'beside', detail: '' })
    expect(lines[1]).toMatchObject({ program: 'window', detail: 'count 49' })
    const counts = lines.slice(1).map(({ detail }) => Number(detail.replace('count ', '')))
    expect(counts).toEqual(counts.map((_, index) => 49 - index))
    // More than one file holds.
    expect(counts.length).toBeGreaterThan(30)
    expect(await readLog(folder, 'info', 3)).toEqual(lines.slice(0, 3))
  })

  test('by level, with the id that a message named, and what the error was', async () => {
    const log = counting('plumbline')
    log.info('started')
    log.warn('slow')
    const id = log.error('call-failed', Object.assign(new Error('SELECT secret'), { code: '23505' }), { call: 'assets.list' })
    expect((await readLog(folder, 'warn', 10)).map(({ event }) => event)).toEqual(['call-failed', 'slow'])
    const [line] = await readLog(folder, 'error', 10)
    expect(line).toMatchObject({ id, level: 'error', detail: 'call assets.list, Error 23505' })
  })

  test('passes over what a killed program wrote in part, and is empty where there is none', async () => {
    expect(await readLog(folder, 'info', 10)).toEqual([])
    const log = counting('plumbline')
    log.info('whole')
    appendFileSync(log.file, '{"at":"2026-01-01T00:00:0')
    appendFileSync(log.file, '\n[1]\nnull\n"x"\n{"level":"loud"}\n')
    expect((await readLog(folder, 'info', 10)).map(({ event }) => event)).toEqual(['whole'])
  })

  test('quotes nobody at length', async () => {
    const log = counting('plumbline')
    log.warn('port-refused', { url: 'x'.repeat(10_000) })
    expect((await readLog(folder, 'info', 1))[0]?.detail).toBe(`url ${'x'.repeat(500)}`)
  })
})

describe('a bug report', () => {
  const secrets = ['s3cr3t-password', 'db.example.com', 'ada@example.org', 'orders_of_ada', 'Production shop', 'chief_role', '/home/ada']

  test('says versions, settings and the last errors, and nothing that came from outside the program', async () => {
    store.database.exec(`
      INSERT INTO data_sources (id, name, kind, host, port, database_name, user_name, sslmode, environment, created_at, updated_at)
        VALUES ('d', 'Production shop', 'postgres', 'db.example.com', 5432, 'orders_of_ada', 'chief_role', 'verify-full', 'production', '', '');
      INSERT INTO data_assets (id, data_source_id, name, kind, schema_name, relation_name, created_at) VALUES ('a', 'd', 'orders_of_ada', 'table', 'public', 'orders_of_ada', '');
      INSERT INTO runs (id, asset_id, state, statistics, host, started_at, owner_pid, owner_start, heartbeat_at, circumstances) VALUES
        ('r1', 'a', 'done', '{}', 'web', '', 1, '', '', '{"serverVersion":"18.4 (Debian 18.4-1)"}'),
        ('r2', 'a', 'done', '{}', 'web', '', 1, '', '', '{"serverVersion":"ada@example.org"}')`)
    const log = counting('plumbline')
    const hostile = new TypeError('Key (email)=(ada@example.org) on db.example.com')
    hostile.stack = `TypeError: x\n    at run (/home/ada/plumbline/dist/web/main.js:10:5)\n    at /home/ada/ada@example.org:1:1\n    at async Object.call (file:///home/ada/x/rpc.ts:7:1)`
    const cause = Object.assign(new Error('s3cr3t-password'), { code: 'ada@example.org', syscall: 'getaddrinfo db.example.com' })
    const id = log.error('call-failed', Object.assign(hostile, { cause }), { host: 'db.example.com' })
    const text = await bugReport({
      platform: platform(),
      store,
      vault: new Vault({ modulesFolder: folder, probe: 'child', folder, settings: secretSettings(store) }),
    })
    for (const secret of secrets) expect([secret, text.includes(secret)]).toEqual([secret, false])
    for (const part of [
      'Plumbline 1.2.3, web',
      'PostgreSQL: another, 18.4',
      '1 data sources, 1 data assets, 0 expectations, 2 runs',
      'TLS: verify-full 1',
      `window call-failed ${id}`,
      'TypeError',
      'run main.js:10',
      'Object.call rpc.ts:7',
      'caused by',
    ]) {
      expect(text).toContain(part)
    }
  })

  function platform(): Platform {
    return {
      host: 'web',
      version: '1.2.3',
      dataFolder: folder,
      log: counting('other'),
      preferences: { read: async () => defaultPreferences, write: async () => defaultPreferences },
      modulesFolder: folder,
      files: { open: async () => null },
    }
  }
})
