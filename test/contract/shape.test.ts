import { type AnySchema, getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '#shared/contract/contract.ts'
import { errorMap } from '#shared/contract/errors.ts'

interface Procedure {
  readonly name: string
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly errors: object
}

const procedures = walk(contract, [])

test('the contract is walked to its leaves', () => {
  expect(procedures.map(({ name }) => name)).toEqual(expect.arrayContaining(['app.info', 'tasks.watch', 'query.history.list']))
  expect(procedures.length).toBeGreaterThan(50)
})

describe.each(procedures)('$name', ({ input, output, errors }) => {
  test('takes and gives only what JSON can carry', () => {
    expect(() => z.toJSONSchema(input, { io: 'input' })).not.toThrow()
    expect(() => z.toJSONSchema(output, { io: 'output' })).not.toThrow()
  })

  test('takes one object', () => {
    expect(z.toJSONSchema(input, { io: 'input' }).type).toBe('object')
  })

  test('declares the closed set of errors', () => {
    expect(Object.keys(errors).sort()).toEqual(Object.keys(errorMap).sort())
  })
})

/** Names that could carry a secret. Each place is looked at by a person before it is added here. */
const harmless: readonly string[] = [
  // How a password is kept, never the password.
  'passwordState',
  'savePassword',
  'hasPassword',
  // Whether a person is to be asked.
  'asksForPasswordChange',
  // By the contract's own words, without its password.
  'connectionString',
]

test('no answer has a place for a secret', () => {
  const suspicious = /pass(word|phrase)|secret|token|verifier|credential|private|connectionString|\bkey\b|pem/i
  const found = procedures.flatMap(({ name, output }) =>
    propertyNames(z.toJSONSchema(output, { io: 'output' }))
      .filter((property) => suspicious.test(property) && !harmless.includes(property))
      .map((property) => `${name}: ${property}`),
  )
  // Certificates are public; their keys are not.
  expect(found.filter((place) => !/: (root|client)CertificatePem$/.test(place))).toEqual([])
})

test('a connection string comes back from three calls only, which give it without its password', () => {
  const places = procedures.filter(({ output }) => propertyNames(z.toJSONSchema(output, { io: 'output' })).includes('connectionString'))
  expect(places.map(({ name }) => name).sort()).toEqual(['dataSources.describe', 'setup.libpqEntries', 'setup.load'])
})

function walk(node: unknown, path: readonly string[]): readonly Procedure[] {
  if (isContractProcedure(node)) {
    const { inputSchema, outputSchema, errorMap: errors } = node['~orpc']
    return [{ name: path.join('.'), input: zodOf(inputSchema), output: zodOf(outputSchema), errors }]
  }
  if (typeof node !== 'object' || node === null) throw new TypeError(`${path.join('.')} is neither a procedure nor a group of them.`)
  return Object.entries(node).flatMap(([name, child]) => walk(child, [...path, name]))
}

/** What each item of a stream looks like, or the answer itself. */
function zodOf(schema: AnySchema | undefined): z.ZodType {
  const item = getEventIteratorSchemaDetails(schema)?.yields ?? schema
  if (!(item instanceof z.ZodType)) throw new TypeError('Not a zod schema.')
  return item
}

function propertyNames(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(propertyNames)
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : []
  return [...own, ...Object.values(schema).flatMap(propertyNames)]
}
