import { once } from 'node:events'
import { homedir } from 'node:os'
import { argv, env, platform, stdin, stdout } from 'node:process'
import { programFolders } from '#hosts/common/build-folder.ts'
import { dataFolder, ensurePrivateFolder } from '#hosts/common/data-folder.ts'
import { type LockOutcome, takeInstanceLock } from '#hosts/common/instance-lock.ts'
import { FileLog } from '#hosts/common/log.ts'
import { PageFiles } from '#hosts/common/page-files.ts'
import { filePreferences } from '#hosts/common/preferences.ts'
import { stopSignal } from '#hosts/common/stopping.ts'
import { compose } from '#services/compose.ts'
import { AppError } from '#shared/contract/errors.ts'
import { Downloads } from './downloads.ts'
import { canOpenBrowser, openBrowser } from './open-browser.ts'
import { readOptions, usage } from './options.ts'
import { followPage } from './page-watch.ts'
import { startWebServer, type WebServer } from './server.ts'

/** Plumbline in a browser on this computer. */

await main(argv.slice(2)).catch((error: unknown) => {
  console.error(sentenceOf(error))
  process.exitCode = 1
})

async function main(given: readonly string[]): Promise<void> {
  const options = readOptions(given)
  if (options.help) return void stdout.write(usage)
  const folder = dataFolder(platform, env, homedir(), process.cwd())
  ensurePrivateFolder(folder)
  const opens = options.open && canOpenBrowser(platform, env)

  let server: WebServer | null = null
  const outcome = await takeInstanceLock(folder, 'web', () => {
    if (server === null) return { shown: 'nothing' } // on its way in or out; the second asks again in a moment
    const link = server.freshLink()
    console.log(`Plumbline was started again. A fresh link: ${link}`)
    return { shown: 'link', link }
  })
  if (!outcome.held) return sayHeld(outcome, folder, opens)

  try {
    const program = programFolders(import.meta.dirname)
    const log = new FileLog(folder)
    process.on('unhandledRejection', (error) => log.error('unhandled-rejection', error))
    const development = env.PLUMBLINE_DEVELOPMENT === '1'
    const files = new PageFiles(program.page, { live: development })
    const downloads = new Downloads()
    const application = await compose({
      host: 'web',
      version: program.version,
      dataFolder: folder,
      log,
      preferences: filePreferences(folder, log),
      files: downloads,
      modulesFolder: program.modules,
    })
    const stopFollowing = development ? followPage(program.page, () => application.changes.emit('page')) : () => {}
    try {
      server = await startWebServer({
        served: application,
        files,
        downloads,
        log,
        port: options.port,
        anyUser: options.anyUser,
        onStranger: strangerOnce(),
      })
      log.info('web-started', { version: program.version, port: server.port })
      await serve(server, folder, opens)
    } finally {
      stopFollowing()
      const ending = server
      server = null
      await ending?.dispose()
      await application.dispose()
      log.info('web-stopped')
    }
  } finally {
    outcome.lock.dispose()
  }
}

async function serve(server: WebServer, folder: string, opens: boolean): Promise<void> {
  const stop = stopSignal(130)
  console.log(`Plumbline runs at ${server.freshLink()}`)
  console.log('The link works once, within a minute. Press Enter for a fresh one, Ctrl+C to stop.')
  const removeFile = opens ? openBrowser(server.freshLink(), folder) : null
  const onEnter = (): void => console.log(`A fresh link: ${server.freshLink()}`)
  stdin.on('data', onEnter)
  stdin.on('error', () => {}) // a terminal that went away; the signal that comes with it stops the program
  try {
    if (!stop.aborted) await once(stop, 'abort')
  } finally {
    stdin.off('data', onEnter)
    stdin.pause()
    removeFile?.()
  }
}

function sayHeld(outcome: Extract<LockOutcome, { held: false }>, folder: string, opens: boolean): void {
  const { answer, holder } = outcome
  if (answer?.shown === 'link') {
    console.log(`Plumbline runs already. A fresh link: ${answer.link}`)
    if (opens) openBrowser(answer.link, folder)
  } else if (answer?.shown === 'window') {
    console.log('Plumbline runs already. Its window is in front now.')
  } else {
    const who = holder === null ? '' : ` (process ${holder.pid})`
    console.error(`Another Plumbline${who} uses ${folder} and does not answer. End it, or choose another folder with PLUMBLINE_DATA.`)
    process.exitCode = 1
  }
}

/** Said once: a browser that a person runs as another user would else be refused without a word. */
function strangerOnce(): (user: number) => void {
  let said = false
  return (user) => {
    if (said) return
    said = true
    console.error(`A program of another user of this computer (id ${user}) asked, and was refused. If it is yours, start with --any-user.`)
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof AppError) return error.message
  return error instanceof Error ? error.message : String(error)
}
