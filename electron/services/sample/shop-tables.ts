/** The tables of the shop, without keys: those come after the rows, which is several times faster. */
export const shopTables: readonly string[] = [
  'CREATE SCHEMA shop',
  'CREATE SCHEMA warehouse',
  `COMMENT ON SCHEMA shop IS 'What customers see and buy'`,
  `COMMENT ON SCHEMA warehouse IS 'What is in stock and on its way'`,
  `CREATE TYPE shop.payment_method AS ENUM ('card', 'bank transfer', 'invoice', 'gift card')`,
  `CREATE TABLE shop.customers (
     id bigint NOT NULL, public_id uuid NOT NULL, full_name text NOT NULL, email text, phone text, birth_date date,
     country char(2) NOT NULL, tags text[] NOT NULL, preferences jsonb NOT NULL, newsletter boolean NOT NULL, created_at timestamptz NOT NULL)`,
  `CREATE TABLE shop.addresses (
     id bigint NOT NULL, customer_id bigint NOT NULL, kind text NOT NULL, street text NOT NULL, city text NOT NULL, postcode text NOT NULL, country char(2) NOT NULL)`,
  'CREATE TABLE shop.categories (id int NOT NULL, parent_id int, name text NOT NULL)',
  `CREATE TABLE shop.products (
     id uuid NOT NULL, sku text NOT NULL, name text NOT NULL, category_id int NOT NULL, price numeric(10,2) NOT NULL, cost numeric(10,2) NOT NULL,
     weight_grams int, attributes jsonb NOT NULL, labels text[] NOT NULL, available_from date NOT NULL, discontinued boolean NOT NULL)`,
  `CREATE TABLE shop.orders (
     id bigint NOT NULL, order_number text NOT NULL, customer_id bigint NOT NULL, status text NOT NULL, total numeric(12,2) NOT NULL,
     currency char(3) NOT NULL, note text, ordered_at timestamptz NOT NULL, updated_at timestamptz NOT NULL)`,
  `CREATE TABLE shop.order_items (
     order_id bigint NOT NULL, line int NOT NULL, product_id uuid NOT NULL, quantity int NOT NULL, unit_price numeric(10,2) NOT NULL, discount numeric(4,3) NOT NULL)`,
  `CREATE TABLE shop.payments (
     id bigint NOT NULL, order_id bigint NOT NULL, method shop.payment_method NOT NULL, amount numeric(12,2) NOT NULL, paid_at timestamptz NOT NULL, reference uuid NOT NULL)`,
  `CREATE TABLE shop.reviews (
     id bigint NOT NULL, product_id uuid NOT NULL, customer_id bigint NOT NULL, stars smallint NOT NULL, body text, written_at timestamptz NOT NULL)`,
  `CREATE TABLE shop.support_tickets (
     id bigint NOT NULL, customer_id bigint NOT NULL, subject text NOT NULL, confidential boolean NOT NULL, opened_at timestamptz NOT NULL, closed_at timestamptz)`,
  `CREATE TABLE shop."GiftCards" ("cardNumber" text NOT NULL, "Balance" numeric(8,2) NOT NULL, "issuedTo" bigint, "expiresOn" date NOT NULL)`,
  `CREATE TABLE shop."user" (id int NOT NULL, "group" text NOT NULL, "order" int NOT NULL, "select" boolean NOT NULL, login text NOT NULL)`,
  `CREATE TABLE shop.page_views (id bigint NOT NULL, customer_id bigint, path text NOT NULL, milliseconds int NOT NULL, viewed_at timestamptz NOT NULL) PARTITION BY RANGE (viewed_at)`,
  ...[6, 7, 8, 9].map(
    (month) =>
      `CREATE TABLE shop.page_views_2026_0${month} PARTITION OF shop.page_views FOR VALUES FROM ('2026-0${month}-01 00:00+00') TO ('2026-${month === 9 ? '10' : `0${month + 1}`}-01 00:00+00')`,
  ),
  'CREATE TABLE warehouse.warehouses (id int NOT NULL, code text NOT NULL, city text NOT NULL, position point NOT NULL, opened_on date NOT NULL)',
  `CREATE TABLE warehouse.suppliers (id int NOT NULL, name text NOT NULL, country char(2) NOT NULL, contact jsonb NOT NULL, rating numeric(2,1))`,
  `CREATE TABLE warehouse.stock_levels (warehouse_id int NOT NULL, product_id uuid NOT NULL, quantity int NOT NULL, reorder_at int NOT NULL, counted_at timestamptz NOT NULL)`,
  `CREATE TABLE warehouse.deliveries (id bigint NOT NULL, supplier_id int NOT NULL, product_id uuid NOT NULL, quantity int NOT NULL, unit_cost numeric(10,2) NOT NULL, arrived_on date)`,
  `CREATE TABLE warehouse.shipments (
     id bigint NOT NULL, order_id bigint NOT NULL, warehouse_id int NOT NULL, carrier text NOT NULL, tracking_code text NOT NULL, shipped_at timestamptz NOT NULL, delivered_at timestamptz)`,
]

/** Keys, indexes and foreign keys, after the rows. */
export const shopKeys: readonly string[] = [
  'ALTER TABLE shop.customers ADD PRIMARY KEY (id), ADD UNIQUE (public_id)',
  'ALTER TABLE shop.addresses ADD PRIMARY KEY (id), ADD FOREIGN KEY (customer_id) REFERENCES shop.customers',
  'ALTER TABLE shop.categories ADD PRIMARY KEY (id), ADD FOREIGN KEY (parent_id) REFERENCES shop.categories',
  'ALTER TABLE shop.products ADD PRIMARY KEY (id), ADD UNIQUE (sku), ADD FOREIGN KEY (category_id) REFERENCES shop.categories, ADD CHECK (price > 0)',
  'ALTER TABLE shop.orders ADD PRIMARY KEY (id), ADD FOREIGN KEY (customer_id) REFERENCES shop.customers',
  'CREATE INDEX orders_customer ON shop.orders (customer_id)',
  'CREATE INDEX orders_time ON shop.orders (ordered_at)',
  'ALTER TABLE shop.order_items ADD PRIMARY KEY (order_id, line), ADD FOREIGN KEY (order_id) REFERENCES shop.orders, ADD FOREIGN KEY (product_id) REFERENCES shop.products',
  'ALTER TABLE shop.payments ADD PRIMARY KEY (id), ADD FOREIGN KEY (order_id) REFERENCES shop.orders',
  'ALTER TABLE shop.reviews ADD PRIMARY KEY (id), ADD FOREIGN KEY (product_id) REFERENCES shop.products, ADD FOREIGN KEY (customer_id) REFERENCES shop.customers',
  'ALTER TABLE shop.support_tickets ADD PRIMARY KEY (id), ADD FOREIGN KEY (customer_id) REFERENCES shop.customers',
  'ALTER TABLE shop."GiftCards" ADD PRIMARY KEY ("cardNumber"), ADD FOREIGN KEY ("issuedTo") REFERENCES shop.customers',
  'ALTER TABLE shop."user" ADD PRIMARY KEY (id), ADD UNIQUE (login)',
  'ALTER TABLE shop.page_views ADD PRIMARY KEY (id, viewed_at)',
  'ALTER TABLE warehouse.warehouses ADD PRIMARY KEY (id), ADD UNIQUE (code)',
  'ALTER TABLE warehouse.suppliers ADD PRIMARY KEY (id)',
  'ALTER TABLE warehouse.stock_levels ADD PRIMARY KEY (warehouse_id, product_id), ADD FOREIGN KEY (warehouse_id) REFERENCES warehouse.warehouses, ADD FOREIGN KEY (product_id) REFERENCES shop.products',
  'ALTER TABLE warehouse.deliveries ADD PRIMARY KEY (id), ADD FOREIGN KEY (supplier_id) REFERENCES warehouse.suppliers, ADD FOREIGN KEY (product_id) REFERENCES shop.products',
  'ALTER TABLE warehouse.shipments ADD PRIMARY KEY (id), ADD FOREIGN KEY (order_id) REFERENCES shop.orders, ADD FOREIGN KEY (warehouse_id) REFERENCES warehouse.warehouses',
]

/** Views, comments, and the policy that hides part of a table from whoever does not own it. */
export const shopViews: readonly string[] = [
  `CREATE VIEW shop.order_lines AS
     SELECT o.order_number, o.ordered_at, c.full_name, p.name AS product, i.quantity, round(i.quantity * i.unit_price * (1 - i.discount), 2) AS amount
     FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id JOIN shop.order_items i ON i.order_id = o.id JOIN shop.products p ON p.id = i.product_id`,
  `CREATE VIEW warehouse.low_stock AS
     SELECT w.code, p.sku, p.name, s.quantity, s.reorder_at
     FROM warehouse.stock_levels s JOIN warehouse.warehouses w ON w.id = s.warehouse_id JOIN shop.products p ON p.id = s.product_id WHERE s.quantity < s.reorder_at`,
  `CREATE MATERIALIZED VIEW shop.daily_sales AS
     SELECT (ordered_at AT TIME ZONE 'UTC')::date AS day, count(*) AS orders, sum(total) AS revenue, count(DISTINCT customer_id) AS customers
     FROM shop.orders WHERE status <> 'cancelled' GROUP BY 1`,
  'CREATE UNIQUE INDEX daily_sales_day ON shop.daily_sales (day)',
  'ALTER TABLE shop.support_tickets ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY not_confidential ON shop.support_tickets FOR SELECT USING (NOT confidential)',
  `COMMENT ON TABLE shop.customers IS 'People who have an account'`,
  `COMMENT ON COLUMN shop.customers.email IS 'Where order confirmations go'`,
  `COMMENT ON COLUMN shop.customers.public_id IS 'The id shown in links'`,
  `COMMENT ON TABLE shop.orders IS 'One row an order; status is pending, paid, packed, shipped, delivered, cancelled or returned'`,
  `COMMENT ON COLUMN shop.orders.order_number IS 'Printed on the invoice, so it should be there once'`,
  `COMMENT ON TABLE shop.order_items IS 'What is in an order, a product a line'`,
  `COMMENT ON TABLE shop.support_tickets IS 'Row-level security: confidential tickets are for their owner only'`,
  `COMMENT ON TABLE shop."GiftCards" IS 'Came from an older system, and kept its spelling'`,
  `COMMENT ON TABLE shop.page_views IS 'A partition a month'`,
  `COMMENT ON MATERIALIZED VIEW shop.daily_sales IS 'Revenue by day, in UTC'`,
  `COMMENT ON TABLE warehouse.shipments IS 'A parcel; it cannot leave before its order was placed'`,
]
