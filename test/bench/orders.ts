/** The table of orders that validations are measured on, and the plain SQL that they are measured against. */

/** One pass that gives every number of the suite which needs neither a sort nor a hash. */
export const singlePass = `SELECT count(*), count(id), count(order_uuid), count(amount), count(status), count(email), count(shipped_at),
  count(*) FILTER (WHERE NOT (quantity >= 1 AND quantity <= 100)), count(*) FILTER (WHERE NOT (amount >= 0 AND amount <= 2000)),
  count(*) FILTER (WHERE NOT (score >= 0 AND score <= 100)),
  count(*) FILTER (WHERE NOT (created_at >= '2023-01-01T00:00:00+00:00' AND created_at <= '2030-01-01T00:00:00+00:00')),
  count(*) FILTER (WHERE status NOT IN ('pending', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')),
  count(*) FILTER (WHERE country NOT IN ('DE', 'FR', 'NL', 'US', 'GB', 'ES', 'IT', 'PL', 'SE', 'AT')),
  count(*) FILTER (WHERE email !~ '^[^@ ]+@[^@ ]+\\.[a-z]+$'), count(*) FILTER (WHERE NOT (length(status) >= 3 AND length(status) <= 12)),
  count(*) FILTER (WHERE NOT (shipped_at >= created_at)), min(amount), max(amount), avg(1.0 * score), stddev_samp(score), sum(quantity) FROM orders`

/** Beside the single pass: what has to sort or hash, in the fastest form that we know. */
export const ownStatements = [
  'SELECT count(DISTINCT id) FROM orders',
  'SELECT percentile_disc(ARRAY[0.5, 0.5]) WITHIN GROUP (ORDER BY amount) FROM orders',
  'SELECT percentile_disc(ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY score) FROM orders',
  'SELECT count(*) FROM (SELECT status FROM orders GROUP BY status) AS different',
  'SELECT count(DISTINCT order_uuid) FROM orders',
  'SELECT count(DISTINCT hashtextextended(email, 0) # (timestamptz_hash_extended(created_at, 0) << 1)) FROM orders',
]

/** Twelve columns, the same rows at each load; about one row in a thousand has a malformed e-mail, three in a hundred are not shipped. */
export function ordersSql(count: number): string {
  return `
    SET timezone = 'UTC'; SET max_parallel_workers_per_gather = 0; SET jit = off;
    CREATE TABLE orders (id bigint, order_uuid uuid, quantity integer, amount numeric(12,2), status text, email text, created_at timestamptz,
      shipped_at timestamptz, is_gift boolean, attrs jsonb, country char(2), score double precision);
    SELECT setseed(0.424242);
    INSERT INTO orders SELECT i, md5('order-' || i)::uuid, 1 + (r1 * 99)::int, round((exp(r2 * 7.0) + r1)::numeric, 2),
      (ARRAY['pending','paid','packed','shipped','delivered','cancelled'])[1 + least(5, (r3 * 6)::int)],
      CASE WHEN i % 1000 = 7 THEN 'user' || (i % 750000) || '_at_example.org' ELSE 'user' || (i % 750000) || '@mail' || (i % 37) || '.example.org' END,
      ts, CASE WHEN i % 100 IN (3, 33, 66) THEN NULL WHEN i % 10000 = 77 THEN ts - interval '2 hours' ELSE ts + r4 * interval '10 days' + interval '1 minute' END,
      r5 < 0.08, jsonb_build_object('n', (r1 * 20)::int, 'v', i % 7 = 0), (ARRAY['DE','FR','NL','US','GB','ES','IT','PL','SE','AT'])[1 + (i % 10)::int],
      (r6 + r7 + r8 + r4 - 2.0) * 25.0 + 50.0
    FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6, random() r7, random() r8,
      timestamptz '2023-01-01 00:00:00+00' + i * interval '5 seconds' AS ts FROM generate_series(1, ${count}) AS g(i) OFFSET 0) s;
    ANALYZE orders;`
}
