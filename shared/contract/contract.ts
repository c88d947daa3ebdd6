import type { ContractRouterClient } from '@orpc/contract'
import { app, tasks } from './app.ts'
import { assets } from './assets.ts'
import { dataSources } from './data-sources.ts'
import { expectations } from './expectations.ts'
import { ownData } from './own-data.ts'
import { query } from './query.ts'
import { roleProof } from './role-proof.ts'
import { sample } from './sample.ts'
import { setup } from './setup.ts'
import { validations } from './validations.ts'

/**
 * Every call that crosses the boundary between the page (or the CLI) and the services. The router's types, the
 * client, the test doubles and the list of what is exposed all come from this one value. No procedure returns a secret.
 */
export const contract = { app, tasks, dataSources, setup, assets, expectations, validations, query, sample, roleProof, ownData }
export type Contract = typeof contract
/** What a page or the CLI calls. */
export type ContractClient = ContractRouterClient<Contract>
