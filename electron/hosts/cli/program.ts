import { homedir } from 'node:os'
import { env, platform, stderr, stdin, stdout } from 'node:process'
import { text } from 'node:stream/consumers'
import { ORPCError } from '@orpc/client'
import { programFolders } from '#hosts/common/build-folder.ts'
import { dataFolder, ensurePrivateFolder } from '#hosts/common/data-folder.ts'
import { FileLog } from '#hosts/common/log.ts'
import { filePreferences } from '#hosts/common/preferences.ts'
import { stopSignal } from '#hosts/common/stopping.ts'
import { type Application, compose } from '#services/compose.ts'
import type { FileSaver } from '#services/platform.ts'
import { AppError } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'
import { GX_COMPLETE_ROWS, gxSuiteResult } from '#shared/expectations/gx-result.ts'
import { type DataAsset, relationText } from '#shared/model/data-asset.ts'
import { type Command, type Descriptors, readCommand, usage } from './command.ts'
import { type Client, openClient } from './contract-client.ts'
import { explain, explanationAsText } from './explain.ts'
import { findAsset } from './find-asset.ts'
import { readSecret } from './password.ts'
import { askHidden } from './prompt.ts'
import { readStatus, statusAsText } from './status.ts'
import { jsonText, printable, table } from './text.ts'
import { exitStatus, plan, planAsText, runAsText, validate } from './validate.ts'

/** Plumbline without a screen. Results go to standard output, everything else to standard error. */

/** The exit status; what went wrong is said. */
export async function main(given: readonly string[]): Promise<number> {
  try {
    return await runCommand(given)
  } catch (error) {
    stderr.write(`${sentenceOf(error)}\n`)
    return 2
  }
}

const noFiles: FileSaver = {
  open: () => Promise.reject(new AppError('UNAVAILABLE', 'Rows are saved to a file from the window only.', { cause: 'no-window' })),
}

async function runCommand(given: readonly string[]): Promise<number> {
  const command = readCommand(given)
  if (command.name === 'help') return say(usage.trimEnd())
  if (command.name === 'explain') {
    const explanation = explain((await text(stdin)).trim())
    say(command.json ? jsonText(explanation) : explanationAsText(explanation))
    return 'error' in explanation ? 2 : 0
  }
  const program = programFolders(import.meta.dirname)
  if (command.name === 'version') return say(program.version)

  const folder = dataFolder(platform, env, homedir(), process.cwd())
  ensurePrivateFolder(folder)
  const log = new FileLog(folder, { name: 'cli' })
  const application = await compose({
    host: 'cli',
    version: program.version,
    dataFolder: folder,
    log,
    preferences: filePreferences(folder, log),
    files: noFiles,
    modulesFolder: program.modules,
  })
  const { client, dispose } = openClient(application)
  try {
    return await run(application, client, command, stopSignal(2))
  } finally {
    dispose()
    await application.dispose()
  }
}

async function run(
  application: Application,
  client: Client,
  command: Exclude<Extract<Command, { json: boolean }>, { name: 'explain' }>,
  signal: AbortSignal,
): Promise<number> {
  if (command.name === 'status') {
    await unlockVault(application, command)
    const status = await readStatus(client, signal)
    return say(command.json ? jsonText(status) : statusAsText(status))
  }
  const assets = await client.assets.list({}, { signal })
  if (command.name === 'list') {
    if (command.json) return say(jsonText(assets))
    const rows = assets.map((asset) => [
      asset.dataSourceName,
      asset.name,
      relationText(asset),
      String(asset.expectationCount),
      asset.lastRun?.verdict ?? asset.lastRun?.state ?? 'never run',
    ])
    return say(table(['data source', 'data asset', 'relation', 'expectations', 'last run'], rows))
  }
  const asset = findAsset(assets, command.asset)
  await bringSecrets(application, client, command, asset)
  // Asked to stop while a password was asked for.
  signal.throwIfAborted()
  if (command.name === 'plan') {
    const made = await plan(client, asset, command.batch, signal)
    return say(command.json ? jsonText(made) : planAsText(asset, made))
  }
  const { verify, allowLargeSorts } = command
  const result = await validate(
    client,
    asset,
    command.batch,
    { verify, allowLargeSorts, ...(command.gx === 'COMPLETE' ? { samples: GX_COMPLETE_ROWS } : {}) },
    signal,
  )
  if (command.gx !== null) {
    const columns = await client.assets.columns({ id: asset.id })
    const categories = new Map(columns.map(({ name, category }) => [name, category]))
    say(jsonText(gxSuiteResult(result, { format: command.gx, categories })))
    return exitStatus(result)
  }
  say(command.json ? jsonText(result) : runAsText(asset, result))
  return exitStatus(result)
}

/** What was given is used; at a terminal, what is missing is asked for. Nothing of it is saved. */
async function bringSecrets(application: Application, client: Client, given: Descriptors, asset: DataAsset): Promise<void> {
  const { dataSourceId } = asset
  const password = readSecret('password', given.passwordFd, env.PLUMBLINE_PASSWORD_FILE)
  // For this process only: entering it as the window does would replace, or forget, what the person has saved.
  if (password !== null) application.holdPassword(dataSourceId, password)
  await unlockVault(application, given)
  const { name, user, passwordState } = await client.dataSources.get({ id: dataSourceId })
  if (passwordState === 'vault-locked') {
    const passphrase = await askHidden('Passphrase of the vault: ', stdin, stderr)
    if (passphrase !== null) await application.unlockVault(passphrase)
  } else if (passwordState === 'missing' || passwordState === 'unavailable') {
    const typed = await askHidden(`Password of ${printable(user)} for ${printable(name)}: `, stdin, stderr)
    if (typed !== null && typed !== '') application.holdPassword(dataSourceId, typed)
  }
}

async function unlockVault(application: Application, { passphraseFd }: Pick<Descriptors, 'passphraseFd'>): Promise<void> {
  const passphrase = readSecret('passphrase', passphraseFd, env.PLUMBLINE_PASSPHRASE_FILE)
  if (passphrase !== null) await application.unlockVault(passphrase)
}

function say(text: string): 0 {
  stdout.write(`${text}\n`)
  return 0
}

/** Sentences of ours go out as they are but for control characters; anything else is not explained by its message. */
function sentenceOf(error: unknown): string {
  if (error instanceof AppError || error instanceof ORPCError || isUnknownOption(error)) {
    return error.message.split('\n').map(printable).join('\n')
  }
  return error instanceof Error ? `Plumbline could not run: ${printable(error.message)}` : 'Plumbline could not run.'
}

/** `parseArgs` explains these well. */
function isUnknownOption(error: unknown): error is Error {
  return errorCode(error).startsWith('ERR_PARSE_ARGS_')
}
