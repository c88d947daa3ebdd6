import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { Page } from '@playwright/test'
import type { ContractClient } from '#shared/contract/contract.ts'
import { OneTimeKey, SessionToken, SOCKET_PROTOCOL, SocketTicket, ticketProtocol } from '#shared/model/handshake.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { expect } from './support/fixtures.ts'
import type { RunningApp } from './support/running-app.ts'

/** A shop with a defect of each kind, and the app with its table taken in: where the tests of expectations and runs begin. */

export const shop = `
  CREATE SCHEMA sales;
  CREATE TABLE sales.orders (
    id int PRIMARY KEY,
    email text,
    status text NOT NULL,
    amount numeric(10,2),
    ordered_at timestamptz NOT NULL,
    shipped_at timestamptz,
    code text NOT NULL
  );
  COMMENT ON TABLE sales.orders IS 'What was bought';
  COMMENT ON COLUMN sales.orders.code IS 'Printed on the parcel';
  INSERT INTO sales.orders
  SELECT n, 'buyer' || n || '@example.org', (ARRAY['new', 'paid', 'shipped'])[1 + n % 3], n,
    timestamptz '2026-01-01 00:00Z' + n * interval '1 hour', timestamptz '2026-01-02 00:00Z' + n * interval '1 hour', 'AB-' || n
  FROM generate_series(1, 1000) n;
  UPDATE sales.orders SET email = NULL WHERE id IN (7, 8, 9);
  UPDATE sales.orders SET email = 'buyer1@example.org' WHERE id = 2;
  UPDATE sales.orders SET status = 'lost' WHERE id = 500;
  UPDATE sales.orders SET amount = -5 WHERE id = 600;
  UPDATE sales.orders SET shipped_at = ordered_at - interval '1 day' WHERE id = 700;
  UPDATE sales.orders SET code = 'broken' WHERE id = 800;
  ANALYZE sales.orders;
`

export interface ShopAsset {
  readonly assetId: string
  readonly dataSourceId: string
}

/** Stores a data source for the database and takes `sales.orders` in, with the expectation that detects column changes. */
export async function takeInOrders(app: RunningApp, database: TestDatabase): Promise<ShopAsset> {
  await database.run(shop)
  const { client, close } = await callApp(app)
  try {
    const source = await client.dataSources.create({
      name: 'Shop',
      connectionString: database.connectionString,
      sslmode: 'disable',
      plaintextConsent: false,
      savePassword: false,
      environment: 'none',
    })
    const { added, failed } = await client.assets.add({
      taskId: crypto.randomUUID(),
      dataSourceId: source.id,
      relations: [{ schema: 'sales', name: 'orders' }],
      generate: ['column-changes'],
    })
    expect(failed).toEqual([])
    return { assetId: added[0]?.assetId ?? '', dataSourceId: source.id }
  } finally {
    close()
  }
}

/** A data source on the database, and nothing of it taken in. */
export async function addShop(app: RunningApp, database: TestDatabase): Promise<string> {
  const { client, close } = await callApp(app)
  try {
    const { id } = await client.dataSources.create({
      name: 'Shop',
      connectionString: database.connectionString,
      sslmode: 'disable',
      plaintextConsent: false,
      savePassword: false,
      environment: 'none',
    })
    return id
  } finally {
    close()
  }
}

/** Runs it and waits for its end. */
export async function validated(client: ContractClient, assetId: string): Promise<string> {
  const { id } = await client.validations.start({ assetId })
  await expect(async () => {
    const { summary } = await client.validations.get({ id })
    expect(summary.state).toBe('done')
  }).toPass()
  return id
}

/** The contract over a socket of its own, by the whole protocol: key, token, ticket. */
export async function callApp(app: RunningApp): Promise<{ readonly client: ContractClient; close(): void }> {
  const link = new URL(await app.freshLink())
  const { key } = OneTimeKey.parse({ key: link.hash.replace('#k=', '') })
  const { token } = SessionToken.parse(await post(link.origin, '/exchange', { key }))
  const { ticket } = SocketTicket.parse(await post(link.origin, '/ticket', {}, token))
  const socket = new WebSocket(`${link.origin.replace('http', 'ws')}/rpc`, {
    protocols: [SOCKET_PROTOCOL, ticketProtocol(ticket)],
    headers: { origin: link.origin },
  } as never)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('The socket was refused.')))
  })
  return { client: createORPCClient(new RPCLink({ websocket: socket })), close: () => socket.close() }
}

/** Picks an option of a searchable list by its label. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page
    .getByRole('combobox', { name: label })
    .or(page.getByRole('textbox', { name: label }))
    .first()
    .click()
  await page.getByRole('option', { name: option }).click()
}

async function post(origin: string, path: string, body: object, token?: string): Promise<unknown> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return response.json()
}
