import { expect, test } from 'vitest'
import { type AddParts, addAssets } from '#services/assets/add-assets.ts'
import type { TaskHandle } from '#services/tasks/tasks.ts'
import { AppError } from '#shared/contract/errors.ts'

const relations = Array.from({ length: 100 }, (_, index) => ({ schema: 's', name: `t${index}` }))

/** A server that describes what it is asked for, in steps of 25, and is gone at one of them. */
function goneAt(gone: number): AddParts {
  let step = 0
  const query = async ({ text, values = [] }: { readonly text: string; readonly values?: readonly unknown[] }) => {
    if (!text.includes('json_to_recordset')) return { rows: [] }
    step += 1
    if (step === gone) {
      const data = { dataSourceId: null, cause: 'dropped', remedy: '', sqlstate: null } as const
      throw new AppError('CONNECTION_FAILED', 'The connection to the server was lost.', data)
    }
    const wanted = values.find((value) => typeof value === 'string' && value.startsWith('[')) as string
    return { rows: JSON.parse(wanted).map(({ schema, name }: { schema: string; name: string }) => [schema, name, 'r', null, 't', '[]']) }
  }
  const connection = { usable: true, transactionStatus: () => 'idle', query }
  return {
    records: { together: (work: () => unknown) => work(), exists: () => false, isNameTaken: () => false, insert: () => {} },
    expectations: { insert: () => {} },
    connections: { get: async () => ({ name: 'd' }), lease: async () => ({ connection, release: async () => {} }) },
  } as unknown as AddParts
}

const task = { signal: new AbortController().signal, progress: () => {} } as unknown as TaskHandle
const request = { dataSourceId: 'd', relations, generate: [] }

test('what was added before the connection broke is told, and the rest with why', async () => {
  const { added, failed, cancelled } = await addAssets(goneAt(3), request, task)
  expect([added.length, failed.length, cancelled]).toEqual([50, 50, false])
  expect(failed.at(-1)).toEqual({ schema: 's', name: 't99', sentence: 'The connection to the server was lost.' })
})

test('where nothing is in, the error is the answer', async () => {
  await expect(addAssets(goneAt(1), request, task)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
})
