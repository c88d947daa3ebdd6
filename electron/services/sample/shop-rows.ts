/** The rows of the shop, and the few that are wrong on purpose. */

export const CUSTOMER_COUNT = 20_000
export const ORDER_COUNT = 70_000
/** Three lines an order on average: the largest table. */
export const ORDER_ITEM_COUNT = 210_000
export const PRODUCT_COUNT = 1_200

export const customerRows: readonly string[] = [
  `INSERT INTO shop.customers
   SELECT n, pg_temp.public_uuid(n, 1), pg_temp.first_name(n, 2) || ' ' || pg_temp.last_name(n, 3),
     lower(pg_temp.first_name(n, 2)) || '.' || translate(lower(pg_temp.last_name(n, 3)), 'ü', 'u') || n || '@' || (ARRAY['example.com', 'example.org', 'example.net'])[pg_temp.pick(n, 4, 3)],
     CASE WHEN pg_temp.share(n, 5) < 0.8 THEN '+44 20 7946 ' || lpad((n % 10000)::text, 4, '0') END,
     CASE WHEN pg_temp.share(n, 6) < 0.9 THEN date '1945-01-01' + pg_temp.pick(n, 7, 22000) END,
     pg_temp.country(n, 8),
     CASE pg_temp.pick(n, 9, 4) WHEN 1 THEN '{}' WHEN 2 THEN '{regular}' WHEN 3 THEN '{regular,wholesale}' ELSE '{new}' END::text[],
     jsonb_build_object('language', lower(pg_temp.country(n, 8)), 'theme', CASE WHEN n % 3 = 0 THEN 'dark' ELSE 'light' END, 'notify', jsonb_build_array('email')),
     pg_temp.share(n, 10) < 0.4, pg_temp.moment(n, 11) - interval '1 year'
   FROM generate_series(1, ${CUSTOMER_COUNT}) AS n`,
  `INSERT INTO shop.addresses
   SELECT n, 1 + (n - 1) % ${CUSTOMER_COUNT}, CASE WHEN n > ${CUSTOMER_COUNT} THEN 'delivery' ELSE 'invoice' END,
     pg_temp.pick(n, 21, 180) || ' ' || pg_temp.street(n, 22), pg_temp.city(n, 23), lpad(pg_temp.pick(n, 24, 99999)::text, 5, '0'), pg_temp.country(1 + (n - 1) % ${CUSTOMER_COUNT}, 8)
   FROM generate_series(1, ${CUSTOMER_COUNT + 6_000}) AS n`,
]

export const productRows: readonly string[] = [
  `INSERT INTO shop.categories VALUES (1, NULL, 'Home'), (2, NULL, 'Kitchen'), (3, NULL, 'Office'), (4, 1, 'Lighting'), (5, 1, 'Textiles'), (6, 1, 'Furniture'),
     (7, 2, 'Tableware'), (8, 2, 'Tea and coffee'), (9, 3, 'Desk'), (10, 3, 'Paper')`,
  `INSERT INTO shop.products
   SELECT pg_temp.product_uuid(n), 'PL-' || lpad(n::text, 5, '0'), pg_temp.quality(n, 31) || ' ' || pg_temp.thing(n, 32) || CASE WHEN n > 600 THEN ' No. ' || n ELSE '' END,
     3 + pg_temp.pick(n, 33, 7), price, round(price * (0.4 + 0.3 * pg_temp.share(n, 35))::numeric, 2), CASE WHEN n % 17 <> 0 THEN pg_temp.pick(n, 36, 9000) END,
     jsonb_build_object('colour', (ARRAY['sand', 'charcoal', 'sage', 'rust', 'white'])[pg_temp.pick(n, 37, 5)], 'dimensions', jsonb_build_object('width', pg_temp.pick(n, 38, 120), 'height', pg_temp.pick(n, 39, 90))),
     CASE WHEN n % 5 = 0 THEN '{handmade,recycled}' WHEN n % 2 = 0 THEN '{handmade}' ELSE '{}' END::text[], date '2024-01-01' + pg_temp.pick(n, 40, 270), n % 40 = 0
   FROM (SELECT n, round((4 + 240 * power(pg_temp.share(n, 34), 3))::numeric, 0) + 0.90 AS price FROM generate_series(1, ${PRODUCT_COUNT}) AS n) AS priced`,
]

export const orderItemRows: readonly string[] = [
  // Lines 1 to 5 by turns: exactly three an order over any five orders.
  `INSERT INTO shop.order_items
   SELECT o, line, p.id, pg_temp.pick(o * 8 + line, 51, 3), p.price, CASE WHEN pg_temp.share(o * 8 + line, 52) < 0.1 THEN 0.150 ELSE 0 END
   FROM generate_series(1, ${ORDER_COUNT}) AS o CROSS JOIN LATERAL generate_series(1, 1 + o % 5) AS line
   JOIN shop.products p ON p.id = pg_temp.product_uuid(1 + (pg_temp.pick(o, 53, ${PRODUCT_COUNT}) + line * 131) % ${PRODUCT_COUNT})`,
]

export const orderRows: readonly string[] = [
  `INSERT INTO shop.orders
   SELECT o.id, 'SO-' || (100000 + o.id), pg_temp.pick(o.id, 61, ${CUSTOMER_COUNT}),
     (ARRAY['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'shipped', 'packed', 'paid', 'pending', 'cancelled', 'returned'])[pg_temp.pick(o.id, 62, 11)],
     o.total, 'EUR', CASE WHEN pg_temp.share(o.id, 63) < 0.05 THEN 'Please leave with a neighbour' END, pg_temp.moment(o.id, 64), pg_temp.moment(o.id, 64) + pg_temp.share(o.id, 65) * interval '20 hours'
   FROM (SELECT order_id AS id, sum(round(quantity * unit_price * (1 - discount), 2)) AS total FROM shop.order_items GROUP BY order_id) AS o ORDER BY o.id`,
  `INSERT INTO shop.payments
   SELECT id, id, (enum_range(NULL::shop.payment_method))[pg_temp.pick(id, 71, 4)], total, ordered_at + pg_temp.share(id, 72) * interval '2 hours', pg_temp.public_uuid(id, 73)
   FROM shop.orders WHERE status NOT IN ('pending', 'cancelled')`,
  `INSERT INTO shop.reviews
   SELECT n, pg_temp.product_uuid(pg_temp.pick(n, 81, ${PRODUCT_COUNT})), pg_temp.pick(n, 82, ${CUSTOMER_COUNT}), 6 - ceil(5 * power(pg_temp.share(n, 83), 2) + 0.001)::smallint,
     CASE WHEN n % 3 > 0 THEN (ARRAY['Exactly as pictured.', 'Good quality for the price.', 'Arrived a day late, otherwise fine.', 'Smaller than I thought.', 'Would buy again.'])[pg_temp.pick(n, 84, 5)] END, pg_temp.moment(n, 85)
   FROM generate_series(1, 15000) AS n`,
  `INSERT INTO shop.support_tickets
   SELECT n, pg_temp.pick(n, 91, ${CUSTOMER_COUNT}), (ARRAY['Where is my parcel?', 'Wrong item received', 'Invoice address', 'Refund', 'Damaged on arrival'])[pg_temp.pick(n, 92, 5)], n % 5 = 0, pg_temp.moment(n, 93),
     CASE WHEN pg_temp.share(n, 94) < 0.9 THEN pg_temp.moment(n, 93) + pg_temp.share(n, 95) * interval '6 days' END
   FROM generate_series(1, 4000) AS n`,
  `INSERT INTO shop."GiftCards"
   SELECT 'GC-' || upper(substr(md5(n::text), 1, 10)), (10 * pg_temp.pick(n, 101, 20))::numeric, CASE WHEN n % 4 > 0 THEN pg_temp.pick(n, 102, ${CUSTOMER_COUNT}) END, date '2027-01-01' + pg_temp.pick(n, 103, 700)
   FROM generate_series(1, 800) AS n`,
  `INSERT INTO shop."user"
   SELECT n, (ARRAY['sales', 'support', 'warehouse', 'finance'])[pg_temp.pick(n, 111, 4)], n, n % 2 = 0, lower(pg_temp.first_name(n, 112)) || n FROM generate_series(1, 40) AS n`,
  `INSERT INTO shop.page_views
   SELECT n, CASE WHEN n % 3 > 0 THEN pg_temp.pick(n, 121, ${CUSTOMER_COUNT}) END, (ARRAY['/', '/search', '/basket', '/product'])[pg_temp.pick(n, 122, 4)], 20 + (900 * power(pg_temp.share(n, 123), 4))::int,
     timestamptz '2026-06-01 00:00+00' + pg_temp.share(n, 124) * interval '122 days'
   FROM generate_series(1, 60000) AS n`,
]

export const warehouseRows: readonly string[] = [
  `INSERT INTO warehouse.warehouses VALUES (1, 'LIS', 'Lisbon', '(38.72,-9.14)', '2019-03-01'), (2, 'HAM', 'Hamburg', '(53.55,9.99)', '2020-09-15'),
     (3, 'GOT', 'Gothenburg', '(57.71,11.97)', '2022-05-02'), (4, 'BRS', 'Bristol', '(51.45,-2.59)', '2023-11-20')`,
  `INSERT INTO warehouse.suppliers
   SELECT n, pg_temp.last_name(n, 131) || ' ' || (ARRAY['& Sons', 'Trading', 'Workshop', 'Mills'])[pg_temp.pick(n, 132, 4)], pg_temp.country(n, 133),
     jsonb_build_object('name', pg_temp.first_name(n, 134), 'phone', '+49 40 ' || 100000 + n), CASE WHEN n % 9 > 0 THEN round((2 + 3 * pg_temp.share(n, 135))::numeric, 1) END
   FROM generate_series(1, 60) AS n`,
  `INSERT INTO warehouse.stock_levels
   SELECT w.id, p.id, pg_temp.pick(hashtext(p.sku), w.id, 400), 20 + pg_temp.pick(hashtext(p.sku), 141, 40), timestamptz '2026-09-30 18:00+00' - pg_temp.share(hashtext(p.sku), w.id) * interval '7 days'
   FROM warehouse.warehouses w, shop.products p`,
  `INSERT INTO warehouse.deliveries
   SELECT n, pg_temp.pick(n, 151, 60), p.id, 10 * pg_temp.pick(n, 152, 30), p.cost, CASE WHEN n % 25 > 0 THEN date '2024-10-01' + pg_temp.pick(n, 153, 728) END
   FROM generate_series(1, 9000) AS n JOIN shop.products p ON p.id = pg_temp.product_uuid(pg_temp.pick(n, 154, ${PRODUCT_COUNT}))`,
  `INSERT INTO warehouse.shipments
   SELECT id, id, pg_temp.pick(id, 161, 4), (ARRAY['DHL', 'UPS', 'PostNord', 'GLS'])[pg_temp.pick(id, 162, 4)], 'T' || upper(substr(md5(id::text), 1, 12)),
     ordered_at + interval '3 hours' + pg_temp.share(id, 163) * interval '3 days',
     CASE WHEN status <> 'shipped' THEN ordered_at + interval '4 days' + pg_temp.share(id, 164) * interval '4 days' END
   FROM shop.orders WHERE status IN ('shipped', 'delivered', 'returned')`,
]

/** uuid values that follow from a number, too. */
export const uuidFunctions: readonly string[] = [
  `CREATE FUNCTION pg_temp.public_uuid(n bigint, seed bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
     RETURN overlay(overlay(md5(n::text || '/' || seed::text) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid`,
  'CREATE FUNCTION pg_temp.product_uuid(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN pg_temp.public_uuid(n, 30)',
]

/** Each exactly once, for a newcomer's first expectations to find. */
export const plantedDefects: readonly string[] = [
  // A customer without an e-mail.
  'UPDATE shop.customers SET email = NULL WHERE id = 4217',
  // The same order twice: the number on the invoice is there two times.
  `INSERT INTO shop.orders SELECT id + ${ORDER_COUNT}, order_number, customer_id, status, total, currency, note, ordered_at, updated_at FROM shop.orders WHERE id = 31415`,
  // A parcel that left two days before it was ordered.
  `UPDATE warehouse.shipments AS s SET shipped_at = o.ordered_at - interval '2 days' FROM shop.orders AS o
   WHERE o.id = s.order_id AND s.id = (SELECT min(id) FROM warehouse.shipments WHERE id > 27000)`,
  // A status that nobody knows.
  `UPDATE shop.orders SET status = 'shiped' WHERE id = 50001`,
]
