import { parseArgs } from 'node:util'
import { invalid } from '#shared/contract/errors.ts'
import { type GxFormat, gxFormats } from '#shared/expectations/gx-result.ts'
import { BatchPeriod } from '#shared/model/batch.ts'

/** What was asked on the command line. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'list'; readonly json: boolean }
  | ({ readonly name: 'status'; readonly json: boolean } & Pick<Descriptors, 'passphraseFd'>)
  | { readonly name: 'explain'; readonly json: boolean }
  | ({
      readonly name: 'validate'
      readonly asset: string
      readonly batch: string | null
      readonly json: boolean
      /** What constraints prove is measured all the same. */
      readonly verify: boolean
      readonly allowLargeSorts: boolean
      /** Print GX Core's JSON in this of its formats; null: our own. */
      readonly gx: GxFormat | null
    } & Descriptors)
  | ({
      readonly name: 'plan'
      readonly asset: string
      readonly batch: string | null
      readonly json: boolean
    } & Descriptors)

/** Of what they are to be read; null: not given. */
export interface Descriptors {
  readonly passwordFd: number | null
  readonly passphraseFd: number | null
}

export const usage = `Usage: plumbline <command>

  validate NAME [--batch PERIOD] [--verify] [--allow-large-sorts] [--json | --gx FORMAT] [--password-fd N]
      Validates a data asset and prints what it found. NAME is the asset's name, or "data source/asset".
      PERIOD is one of its batches: 2026, 2026-03, 2026-03-29, or null. The newest, where it is left out.
  plan NAME [--batch PERIOD] [--json] [--password-fd N]
      Prints what validating would send to the server, and what that costs it. Reads nothing of the table.
  list [--json]
      Lists the data assets.
  status [--json]
      Tells where passwords are kept, and whether they are at hand.
  connection explain [--json] -
      Reads a connection string from standard input and prints what it means. Connects nowhere.

  --password-fd N   read the password of the data source from file descriptor N
  --passphrase-fd N   read the passphrase of the vault from file descriptor N
  --verify          measure also what a constraint proves
  --allow-large-sorts   let a sort take more than 10 GB of the server
  --gx FORMAT       print JSON as GX Core writes it: BOOLEAN_ONLY, BASIC, SUMMARY or COMPLETE
  --json            print JSON and nothing else on standard output
  --version, --help

PLUMBLINE_PASSWORD_FILE and PLUMBLINE_PASSPHRASE_FILE name files to read them from. At a terminal, what is
missing is asked for. PLUMBLINE_DATA names the data folder.
Exit status: 0 passed, 1 failed, 2 could not run.
`

/** Throws AppError with a sentence for whoever typed it. */
export function readCommand(given: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    strict: true,
    options: {
      json: { type: 'boolean' },
      batch: { type: 'string' },
      'password-fd': { type: 'string' },
      'passphrase-fd': { type: 'string' },
      verify: { type: 'boolean' },
      gx: { type: 'string' },
      'allow-large-sorts': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
  })
  const [name, asset, ...more] = positionals
  const stranger = Object.keys(values).find((option) => name !== undefined && optionsOf[name]?.includes(option) === false)
  if (stranger !== undefined && values.help !== true && values.version !== true) throw invalid(`"${name}" takes no --${stranger}.`)
  const json = values.json === true
  const passphraseFd = readDescriptor('--passphrase-fd', values['passphrase-fd'])
  const descriptors = { passwordFd: readDescriptor('--password-fd', values['password-fd']), passphraseFd }
  if (passphraseFd !== null && passphraseFd === descriptors.passwordFd) throw invalid('Password and passphrase need a descriptor each.')
  if (values.version === true) return { name: 'version' }
  if (values.help === true || name === 'help' || name === undefined) return { name: 'help' }
  if (name === 'connection') return readConnection(asset, more, json)
  if (more.length > 0) throw invalid(`"${more[0]}" is one word too many. A name with spaces needs quotes.`)
  switch (name) {
    case 'status':
      if (asset !== undefined) throw invalid('"status" takes no name.')
      return { name, json, passphraseFd }
    case 'list':
      if (asset !== undefined) throw invalid('"list" takes no name.')
      return { name, json }
    case 'validate':
      if (asset === undefined) throw invalid('Which data asset? Give its name: plumbline validate NAME.')
      return {
        name,
        asset,
        batch: readPeriod(values.batch),
        json,
        ...descriptors,
        verify: values.verify === true,
        allowLargeSorts: values['allow-large-sorts'] === true,
        gx: readFormat(values.gx),
      }
    case 'plan':
      if (asset === undefined) throw invalid('Which data asset? Give its name: plumbline plan NAME.')
      return { name, asset, batch: readPeriod(values.batch), json, ...descriptors }
    default:
      throw invalid(`There is no command "${name}". See plumbline --help.`)
  }
}

/** An option that is passed over in silence would be taken for heeded. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  validate: ['batch', 'verify', 'allow-large-sorts', 'json', 'gx', 'password-fd', 'passphrase-fd'],
  plan: ['batch', 'json', 'password-fd', 'passphrase-fd'],
  list: ['json'],
  status: ['json', 'passphrase-fd'],
  connection: ['json'],
}

/** SECURITY: never from an argument, which every user of the computer can read while the program runs. */
function readConnection(verb: string | undefined, more: readonly string[], json: boolean): Command {
  if (verb !== 'explain') throw invalid('What about the connection? Say: plumbline connection explain -')
  if (more.length !== 1 || more[0] !== '-')
    throw invalid('The connection string comes on standard input: plumbline connection explain - < file')
  return { name: 'explain', json }
}

function readFormat(given: string | undefined): GxFormat | null {
  if (given === undefined) return null
  const found = gxFormats.find((format) => format === given.toUpperCase())
  if (found === undefined) throw invalid(`--gx takes one of ${gxFormats.join(', ')}.`)
  return found
}

function readPeriod(given: string | undefined): string | null {
  if (given === undefined) return null
  if (!BatchPeriod.safeParse(given).success)
    throw invalid('--batch takes a year, a month or a day, such as 2026, 2026-03 or 2026-03-29, or null.')
  return given
}

function readDescriptor(option: string, given: string | undefined): number | null {
  if (given === undefined) return null
  if (!/^\d{1,4}$/.test(given)) throw invalid(`${option} takes the number of an open file descriptor.`)
  return Number(given)
}
