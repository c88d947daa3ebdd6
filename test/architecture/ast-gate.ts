import { parseSync } from 'oxc-parser'

/**
 * What no source of the product may hold, read from its syntax and not from its text: a comment may name what code may
 * not do. Each rule is an allow-list of files; what is not on it is found wherever it stands.
 */

export interface Violation {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly rule: Rule
}

export type Rule =
  | 'parse'
  | 'electron-import'
  | 'window'
  | 'web-preferences'
  | 'webview'
  | 'eval'
  | 'markup'
  | 'external'
  | 'ipc'
  | 'child-process'
  | 'plain-http'
  | 'protocol-client'
  | 'report'
  | 'console'
  | 'policy-text'

/** @param file its path in the checkout, with `/` */
export function findViolations(file: string, source: string): readonly Violation[] {
  const { program, errors } = parseSync(file, source)
  // A file that is not understood has not been checked.
  if (errors.length > 0) return [{ file, line: 1, rule: 'parse' }]
  const found: Violation[] = []
  visit(program as unknown as Node, null, (node, parent) => {
    for (const rule of rulesBrokenBy(node, parent, file)) found.push({ file, line: lineAt(source, node.start), rule })
  })
  return found
}

/** How many windows a source makes. One in the whole product. */
export function countWindows(file: string, source: string): number {
  let count = 0
  visit(parseSync(file, source).program as unknown as Node, null, (node) => {
    if (node.type === 'NewExpression' && isOneOf(windowKinds, nameOf(childOf(node, 'callee')))) count += 1
  })
  return count
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

const desktop = (file: string) => `electron/hosts/desktop/${file}`

/** Who may take what from electron. A name that is not here (crashReporter, webContents, net …) may be taken by nobody. */
const electronNames: Readonly<Record<string, readonly string[]>> = {
  [desktop('main.ts')]: ['app', 'dialog', 'ipcMain', 'Menu', 'powerMonitor', 'protocol', 'session'],
  [desktop('ports.ts')]: ['MessageChannelMain'],
  [desktop('preload.ts')]: ['ipcRenderer'],
  [desktop('save-dialog.ts')]: ['dialog'],
  [desktop('security.ts')]: ['shell'],
  [desktop('window.ts')]: ['BrowserWindow', 'dialog', 'screen'],
}

/** The window's switches, all of which stand in one frozen constant. */
const windowSwitches = [
  'contextIsolation',
  'sandbox',
  'nodeIntegration',
  'nodeIntegrationInWorker',
  'nodeIntegrationInSubFrames',
  'webviewTag',
  'additionalArguments',
]
/** Electron's own values of these are the safe ones, so they stand nowhere. */
const untouchedSwitches = [
  'webSecurity',
  'allowRunningInsecureContent',
  'experimentalFeatures',
  'enableBlinkFeatures',
  'disableBlinkFeatures',
  'nodeIntegrationInSubframes',
]

const windowKinds = ['BrowserWindow', 'BaseWindow', 'WebContentsView', 'BrowserView']

/** Whatever turns text into markup. */
const markup = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'dangerouslySetInnerHTML',
  'srcdoc',
  'srcDoc',
  'createContextualFragment',
  'setHTMLUnsafe',
  'parseHTMLUnsafe',
  'parseFromString',
]

/** Who may start another program. */
const startsPrograms = [
  'electron/hosts/web/open-browser.ts',
  'electron/launch/dev.mjs',
  'electron/launch/electron-program.mjs',
  'electron/launch/paths.mjs',
  'electron/launch/plumbline.mjs',
  'electron/launch/start.mjs',
  'electron/services/processes/processes.ts',
  'electron/services/sample/ending.ts',
  'electron/services/sample/server-account.ts',
  'electron/services/sample/server-programs.ts',
  'electron/services/vault/probe.ts',
]

/** Both compare with, or answer under, the address that the request itself was found to be sent to. */
const buildsOwnOrigin = ['electron/hosts/web/guard.ts', 'electron/hosts/web/http.ts']
const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/

const nodesOfErrors = ['error', 'err', 'e', 'cause', 'reason', 'exception']

function* rulesBrokenBy(node: Node, parent: Node | null, file: string): Generator<Rule> {
  const name = wordOf(node, parent)
  if (name !== null) {
    if (isOneOf(markup, name)) yield 'markup'
    if (name === 'eval' || name === 'executeJavaScript') yield 'eval'
    if (name === 'ipcMain' && file !== desktop('main.ts') && file !== desktop('ports.ts')) yield 'ipc'
    if (name === 'ipcRenderer' && file !== desktop('preload.ts')) yield 'ipc'
    if (isOneOf(['openExternal', 'openPath'], name) && (name === 'openPath' || file !== desktop('security.ts'))) yield 'external'
    if (name === 'setAsDefaultProtocolClient') yield 'protocol-client'
    if (isOneOf(['crashReporter', 'submitURL', 'writeReport'], name)) yield 'report'
    if (isOneOf(windowKinds, name) && file !== desktop('window.ts')) yield 'window'
    if (isOneOf(untouchedSwitches, name)) yield 'web-preferences'
    if (isOneOf(windowSwitches, name) && isKey(node, parent) && file !== desktop('policy.ts')) yield 'web-preferences'
    if (name === 'webPreferences' && isKey(node, parent) && file !== desktop('window.ts')) yield 'web-preferences'
  }
  const text = textOf(node)
  if (text !== null) {
    if (/http:\/\//i.test(text) && !loopback.test(text) && !(text === 'http://' && buildsOwnOrigin.includes(file))) yield 'plain-http'
    if (/unsafe-(inline|eval|hashes)/.test(text)) yield 'policy-text'
    if (/^(--)?no-sandbox$/.test(text) && file !== desktop('policy.ts')) yield 'policy-text'
    if (text === 'webview') yield 'webview'
  }
  switch (node.type) {
    case 'JSXIdentifier':
      if (parent?.type === 'JSXOpeningElement' && isOneOf(['webview', 'iframe', 'object', 'embed'], node.name)) yield 'webview'
      break
    case 'NewExpression':
    case 'CallExpression':
      yield* callRules(node, file)
      break
    case 'ImportExpression':
      yield* importRules(file, literalOf(childOf(node, 'source')), null)
      break
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      yield* importRules(file, literalOf(childOf(node, 'source')), importedNames(node))
      break
    case 'MemberExpression':
      if (nameOf(childOf(node, 'object')) === 'process' && memberName(node) === 'report') yield 'report'
      if (nameOf(childOf(node, 'object')) === 'document' && isOneOf(['write', 'writeln'], memberName(node))) yield 'markup'
      break
    case 'Property':
      // A shell would read what is meant as an argument.
      if (nameOf(childOf(node, 'key')) === 'shell' && literalValue(childOf(node, 'value')) === true) yield 'child-process'
      break
  }
}

function* callRules(node: Node, file: string): Generator<Rule> {
  const callee = childOf(node, 'callee')
  const called = nameOf(callee)
  const given = childrenOf(node, 'arguments')
  const [first] = given
  if (called === 'Function') yield 'eval'
  if (isOneOf(['setTimeout', 'setInterval', 'setImmediate'], called) && first !== undefined && isText(first)) yield 'eval'
  if (called === 'require') yield* importRules(file, literalOf(first ?? null), null)
  if (callee?.type === 'MemberExpression' && nameOf(childOf(callee, 'object')) === 'console' && given.some(mentionsError)) yield 'console'
}

/** `names`: null when the whole module is taken, by import() or require. */
function* importRules(file: string, module: string | null, names: readonly string[] | null): Generator<Rule> {
  const plain = module?.replace(/^node:/, '')
  if (plain === 'child_process') {
    if (!startsPrograms.includes(file) || names === null) yield 'child-process'
    // exec runs a shell; fork needs the run-as-Node switch, which is off in a packed program.
    else if (names.some((name) => !isOneOf(['spawn', 'execFile'], name))) yield 'child-process'
  }
  if (plain === 'vm') yield 'eval'
  if (module !== null && /^electron(\/|$)/.test(module)) {
    const allowed = electronNames[file] ?? []
    if (names === null || names.some((name) => !allowed.includes(name))) yield 'electron-import'
  }
}

/** What an import takes by its name outside; `*` and `default` stand for themselves. */
function importedNames(node: Node): readonly string[] {
  if (node.type === 'ExportAllDeclaration') return ['*']
  return childrenOf(node, 'specifiers')
    .filter((specifier) => specifier.importKind !== 'type')
    .map((specifier) => {
      if (specifier.type === 'ImportNamespaceSpecifier') return '*'
      if (specifier.type === 'ImportDefaultSpecifier') return 'default'
      return nameOf(childOf(specifier, 'imported') ?? childOf(specifier, 'local')) ?? '*'
    })
}

/** An error given as it is, or a part of one. One that goes through a function of ours has become a sentence. */
function mentionsError(node: Node): boolean {
  if (node.type === 'CallExpression') return false
  if (node.type === 'Identifier' && isOneOf(nodesOfErrors, node.name)) return true
  if (node.type === 'MemberExpression' && memberName(node) === 'stack') return true
  return nodesIn(node).some(mentionsError)
}

/** A name in code: an identifier, a property, a JSX attribute, or a text in brackets (`element['innerHTML']`). Types are left out. */
function wordOf(node: Node, parent: Node | null): string | null {
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') {
    if (parent?.type.startsWith('TS') === true && parent.type !== 'TSAsExpression' && parent.type !== 'TSNonNullExpression') return null
    return typeof node.name === 'string' ? node.name : null
  }
  return node.type === 'Literal' && (parent?.type === 'MemberExpression' || parent?.type === 'Property') ? literalOf(node) : null
}

/** The key of an object literal. A shorthand counts: it sets the key as well. */
function isKey(node: Node, parent: Node | null): boolean {
  return parent?.type === 'Property' && parent.key === node
}

function textOf(node: Node): string | null {
  if (node.type === 'Literal') return literalOf(node)
  if (node.type !== 'TemplateElement') return null
  const value = node.value as { readonly cooked?: string | null; readonly raw: string }
  return value.cooked ?? value.raw
}

function isText(node: Node): boolean {
  if (node.type === 'BinaryExpression') return nodesIn(node).some(isText)
  return node.type === 'TemplateLiteral' || literalOf(node) !== null
}

function literalOf(node: Node | null): string | null {
  const value = literalValue(node)
  return typeof value === 'string' ? value : null
}

function literalValue(node: Node | null): unknown {
  return node?.type === 'Literal' ? node.value : undefined
}

function nameOf(node: Node | null): string | null {
  if (node?.type === 'MemberExpression') return memberName(node)
  return typeof node?.name === 'string' ? node.name : literalOf(node)
}

function memberName(node: Node): string | null {
  return nameOf(childOf(node, 'property'))
}

function isOneOf(words: readonly string[], word: unknown): boolean {
  return typeof word === 'string' && words.includes(word)
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}

/** Leaves out what is imported as a type: it is gone before the program runs. */
function visit(node: Node, parent: Node | null, see: (node: Node, parent: Node | null) => void): void {
  if (node.importKind === 'type' || node.exportKind === 'type') return
  see(node, parent)
  for (const child of nodesIn(node)) visit(child, node, see)
}

function nodesIn(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))
}

function childOf(node: Node, key: string): Node | null {
  const child = node[key]
  return isNode(child) ? child : null
}

function childrenOf(node: Node, key: string): readonly Node[] {
  const children = node[key]
  return Array.isArray(children) ? children.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
