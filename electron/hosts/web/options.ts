import { parseArgs } from 'node:util'

export interface WebOptions {
  /** 0: any free one. */
  readonly port: number
  /** false: only print the link. */
  readonly open: boolean
  /** Programs of other users of this computer may ask as well; they still need the key. */
  readonly anyUser: boolean
  readonly help: boolean
}

export const usage = `Usage: plumbline web [--port N] [--no-open] [--any-user]

  --port N    listen on this port of 127.0.0.1 (for a tunnel: ssh -L N:127.0.0.1:N host); any free one otherwise
  --no-open   print the link, and open no browser
  --any-user  answer programs of other users of this computer too; they need the key of a link all the same
`

/** Throws with a sentence when an option is unknown or does not fit. */
export function readOptions(given: readonly string[]): WebOptions {
  const { values } = parseArgs({
    args: [...given],
    options: {
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
      'any-user': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
  })
  const port = Number(values.port ?? '0')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError(`"${values.port}" is no port: give a number from 1 to 65535.`)
  return { port, open: values['no-open'] !== true, anyUser: values['any-user'] === true, help: values.help === true }
}
