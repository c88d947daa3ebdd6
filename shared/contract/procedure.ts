import { oc } from '@orpc/contract'
import { z } from 'zod'
import { errorMap } from './errors.ts'

/** Where every procedure starts: it declares the closed set of application errors. */
export const procedure = oc.errors(errorMap)

/** "No input" and "no output" are empty objects, because every wire carries JSON. */
export const nothing = z.strictObject({})

export const byId = z.strictObject({ id: z.uuid() })
