import type { InferContractRouterOutputs } from '@orpc/contract'
import { expectTypeOf, test } from 'vitest'
import type { LogFields } from '#services/platform.ts'
import type { Contract } from '#shared/contract/contract.ts'
import type { AppError } from '#shared/contract/errors.ts'
import type { Secret } from '#shared/model/secret.ts'

/**
 * E16: secrets go one way. What is read out of a keychain or the vault fits, to the compiler, into no answer. `npm run check` is what runs
 * this; canary.test.ts looks for the bytes.
 */

/** What an answer may be made of, streams among it. */
type Plain = string | number | boolean | null | undefined | readonly Plain[] | { readonly [key: string]: Plain } | AsyncIterable<Plain>

test('every answer of the contract is made of what no secret fits into', () => {
  expectTypeOf<InferContractRouterOutputs<Contract>>().toExtend<Plain>()
  expectTypeOf<Secret>().not.toExtend<Plain>()
  // So an answer that took one would be seen.
  expectTypeOf<{ readonly entries: readonly { readonly secret: Secret | null }[] }>().not.toExtend<Plain>()
  expectTypeOf<AsyncIterable<{ readonly secret: Secret }>>().not.toExtend<Plain>()
  expectTypeOf<{ readonly anything: unknown }>().not.toExtend<Plain>()
  expectTypeOf<{ readonly anything: object }>().not.toExtend<Plain>()
})

test('no sentence of an error, and no field of the log, takes one', () => {
  expectTypeOf<Secret>().not.toExtend<ConstructorParameters<typeof AppError>[1]>()
  expectTypeOf<{ readonly secret: Secret }>().not.toExtend<LogFields>()
})
