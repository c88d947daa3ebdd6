import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { ContractServer, type Served } from '#hosts/common/serve-contract.ts'
import { servePort } from '#hosts/common/serve-port.ts'
import type { Contract } from '#shared/contract/contract.ts'

export type Client = ContractRouterClient<Contract>

/** The contract over a port within this process: the command line calls what the window calls, through the same checks. */
export function openClient(served: Served): { readonly client: Client; dispose(): void } {
  const { port1, port2 } = new MessageChannel()
  const stop = servePort(new ContractServer(served), port1)
  port2.start()
  return { client: createORPCClient(new RPCLink({ port: port2 })), dispose: stop }
}
