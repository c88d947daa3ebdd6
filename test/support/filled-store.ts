import type { Database } from 'better-sqlite3'

/** Rows in every table that the first version had, with the columns that it had: later ones fill theirs themselves. */
export function fillFirstTables(database: Database, runs = 3): void {
  database.exec(`
    INSERT INTO data_sources (id, name, kind, host, port, database_name, user_name, sslmode, environment, created_at, updated_at)
      VALUES ('${SOURCE}', 'Shop', 'postgres', 'db.example.com', 5432, 'shop', 'gx_role', 'verify-full', 'production', '${AT}', '${AT}');
    INSERT INTO data_assets (id, data_source_id, name, kind, schema_name, relation_name, created_at)
      VALUES ('${ASSET}', '${SOURCE}', 'orders', 'table', 'public', 'orders', '${AT}');
    INSERT INTO expectations (id, asset_id, type, kwargs, severity, created_at, updated_at)
      VALUES ('${EXPECTATION}', '${ASSET}', 'expect_column_values_to_not_be_null', '{"column":"id"}', 'critical', '${AT}', '${AT}');
    INSERT INTO query_history (id, data_source_id, sql, started_at, duration_ms, outcome, row_count)
      VALUES ('${HISTORY}', '${SOURCE}', 'SELECT 1', '${AT}', 1.5, 'done', 1);
    INSERT INTO query_drafts (tab_id, data_source_id, title, sql, created_at, updated_at) VALUES ('${HISTORY}', '${SOURCE}', 'Query 1', 'SELECT 2', '${AT}', '${AT}');
    INSERT INTO setup_draft (id, draft, updated_at) VALUES (1, '{}', '${AT}');
    INSERT INTO sample (id, updated_at) VALUES (1, '${AT}')`)
  const run = database.prepare(
    `INSERT INTO runs (id, asset_id, state, verdict, statistics, host, started_at, finished_at, owner_pid, owner_start, heartbeat_at)
     VALUES (?, '${ASSET}', 'done', 'passed', '{"evaluated":1,"successful":1,"unsuccessful":0,"errored":0}', 'web', '${AT}', '${AT}', 1, '1', '${AT}')`,
  )
  const result = database.prepare(
    `INSERT INTO expectation_results (run_id, position, expectation_id, type, kwargs, severity, sentence, outcome)
     VALUES (?, 0, '${EXPECTATION}', 'expect_column_values_to_not_be_null', '{"column":"id"}', 'critical', 'id is never null', 'passed')`,
  )
  const all = database.transaction(() => {
    for (let number = 0; number < runs; number += 1) {
      const id = `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`
      run.run(id)
      result.run(id)
    }
  })
  all()
}

export const ASSET = '00000000-0000-4000-8000-000000000002'
const SOURCE = '00000000-0000-4000-8000-000000000001'
const EXPECTATION = '00000000-0000-4000-8000-000000000003'
const HISTORY = '00000000-0000-4000-8000-000000000004'
const AT = '2026-01-02T03:04:05.000Z'
