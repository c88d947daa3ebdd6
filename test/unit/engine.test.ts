import { expect, test } from 'vitest'
import { type EngineEvidence, engineOf } from '#services/postgres/engine.ts'

/** Banners as the servers print them; what they claim as a PostgreSQL version proves nothing. */

function evidence(banner: string, more: Partial<Record<'extensions' | 'settings' | 'functions', readonly string[]>> = {}): EngineEvidence {
  return {
    banner,
    extensions: new Map((more.extensions ?? []).map((entry) => [entry.split('=')[0] ?? '', entry.split('=')[1] ?? ''])),
    settings: new Set(more.settings),
    functions: new Set(more.functions),
  }
}

const plain = 'PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit'

test.each<[string, EngineEvidence, string, string | null]>([
  ['PostgreSQL', evidence(plain), 'postgresql', null],
  ['Citus', evidence(plain, { extensions: ['citus=12.1-1'] }), 'citus', '12.1-1'],
  ['Timescale', evidence(plain, { extensions: ['timescaledb=2.15.0'] }), 'timescaledb', '2.15.0'],
  ['Aurora', evidence(plain, { functions: ['aurora_version'] }), 'aurora', null],
  ['AlloyDB', evidence(plain, { settings: ['alloydb.'] }), 'alloydb', null],
  ['Neon', evidence(plain, { settings: ['neon.'] }), 'neon', null],
  ['Timescale on Neon', evidence(plain, { settings: ['neon.'], extensions: ['timescaledb=2.15.0'] }), 'neon', null],
  ['CockroachDB', evidence('CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27)'), 'cockroachdb', '23.1.11'],
  ['YugabyteDB', evidence('PostgreSQL 11.2-YB-2.18.0.0-b0 on x86_64-pc-linux-gnu', { settings: ['yb_'] }), 'yugabytedb', '2.18.0.0-b0'],
  [
    'Redshift',
    evidence('PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017, Redshift 1.0.54321'),
    'redshift',
    '1.0.54321',
  ],
  ['Greenplum', evidence('PostgreSQL 9.4.26 (Greenplum Database 6.26.0 build commit:abc) on x86_64'), 'greenplum', '6.26.0'],
  ['Cloudberry', evidence('PostgreSQL 14.4 (Apache Cloudberry 2.0.0 build 1) on x86_64'), 'greenplum', '2.0.0'],
  ['RisingWave', evidence('PostgreSQL 13.14.0-RisingWave-2.0.1 (abc)'), 'risingwave', '2.0.1'],
  ['Materialize', evidence('PostgreSQL 9.5.0 on x86_64-unknown-linux-gnu (Materialize v0.99.0)'), 'materialize', '0.99.0'],
  ['one that says nothing', evidence(''), 'unknown', null],
])('%s', (_name, given, engine, version) => {
  expect(engineOf(given)).toEqual({ engine, version })
})
