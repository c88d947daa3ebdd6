import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { tryConnection } from '#services/data-sources/attempt.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import type { Sslmode } from '#shared/model/data-source.ts'
import { startTlsServer } from '#test/support/tls-server.ts'
import { type Figure, figure, report, timed } from './measure.ts'

/** The connect checklist on loopback, every step and the look around included, beside psql that connects and asks one question. */

const RUNS = 15

const server = await startTlsServer()
try {
  await server.run("CREATE ROLE reader LOGIN PASSWORD 'right'")
  await server.allow(['host all reader 127.0.0.1/32 scram-sha-256'])
  await server.run("DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; END $$")
  const figures = [...(await measure('disable')), ...(await measure('verify-full'))]
  report('connect', figures, { node: process.versions.node, processors: cpus().length, tables: 1_000 })
} finally {
  await server.dispose()
}

async function measure(sslmode: Sslmode): Promise<Figure[]> {
  const { port } = server.endpoint
  const settings: ConnectionSettings = {
    host: 'localhost',
    port,
    database: 'postgres',
    user: 'reader',
    password: async () => 'right',
    sslmode,
    rootCertificatePem: server.authority,
    applicationName: 'plumbline/bench',
  }
  const ours: number[] = []
  const psql: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    const oursMs = await timed(async () => {
      const { report: told } = await tryConnection(settings, sslmode, {})
      if (!told.ok) throw new Error(told.sentence)
    })
    const psqlMs = await timed(async () => {
      const place = `host=localhost port=${port} dbname=postgres user=reader sslmode=${sslmode === 'disable' ? 'disable' : 'require'}`
      execFileSync('psql', ['--no-psqlrc', '-Atc', 'SELECT version()', place], { env: { ...process.env, PGPASSWORD: 'right' } })
    })
    if (run === 0) continue
    ours.push(oursMs)
    psql.push(psqlMs)
  }
  const how = sslmode === 'disable' ? 'plain' : 'TLS'
  return [
    figure(`checklist, ${how}`, 'ms', ours),
    figure(`psql with one question, ${how}`, 'ms', psql),
    figure(
      `checklist / psql, ${how}`,
      'ratio',
      ours.map((ms, index) => ms / (psql[index] ?? 1)),
    ),
  ]
}
