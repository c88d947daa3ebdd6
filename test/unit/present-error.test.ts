import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { Disconnected } from '#api/connection.ts'
import { errorRows, fieldProblem, presentError } from '#api/present-error.ts'
import { type ErrorCode, errorMap } from '#shared/contract/errors.ts'

const fromWire = (code: string, message: string, data: object) => new ORPCError(code, { message, data, defined: true })

test('every error code has a row, and no row stands for a code that is gone', () => {
  expect(Object.keys(errorRows).sort()).toEqual([...Object.keys(errorMap), 'DISCONNECTED'].sort())
})

describe('an error of the services', () => {
  test.each(Object.keys(errorMap) as ErrorCode[])('%s is shown with its sentence under a title', (code) => {
    const presented = presentError(fromWire(code, 'What happened.', { action: 'none' }))
    expect(presented).toMatchObject({ code, title: errorRows[code].title, sentence: 'What happened.', silent: code === 'CANCELLED' })
  })

  test('offers the action that it names before the one of its row', () => {
    expect(presentError(fromWire('CONNECTION_FAILED', 'x', { action: 'edit-data-source' })).action).toBe('edit-data-source')
    expect(presentError(fromWire('CONNECTION_FAILED', 'x', { action: 'none' })).action).toBe('retry')
  })

  test('a missing password is asked for, of its data source', () => {
    const error = fromWire('PASSWORD_NEEDED', 'x', { action: 'enter-password', dataSourceId: 'a', reason: 'missing' })
    expect(presentError(error)).toMatchObject({ action: 'enter-password', actionLabel: 'Enter password', dataSourceId: 'a' })
  })

  test('of a password in a locked vault, its passphrase is asked for', () => {
    const error = fromWire('PASSWORD_NEEDED', 'x', { action: 'enter-password', dataSourceId: 'a', reason: 'locked' })
    expect(presentError(error)).toMatchObject({ title: 'The vault is locked', actionLabel: 'Unlock the vault', dataSourceId: 'a' })
    const saving = fromWire('UNAVAILABLE', 'x', { action: 'unlock-vault', cause: 'vault-locked' })
    expect(presentError(saving)).toMatchObject({
      title: 'The vault is locked',
      action: 'unlock-vault',
      actionLabel: 'Unlock the vault',
      vaultLocked: true,
      facts: [],
    })
    expect(presentError(fromWire('UNAVAILABLE', 'x', { action: 'none', cause: 'ENOSPC' }))).toMatchObject({
      title: 'Not available',
      vaultLocked: false,
      facts: [{ label: 'Cause', value: 'ENOSPC' }],
    })
  })

  test('shows the remedy, or the hint of the server, and the facts', () => {
    const failed = fromWire('CONNECTION_FAILED', 'x', { action: 'retry', remedy: 'Check the host.', sqlstate: null })
    expect(presentError(failed)).toMatchObject({ remedy: 'Check the host.', facts: [] })
    const refused = fromWire('DATABASE', 'x', { action: 'none', sqlstate: '42501', detail: null, hint: 'Grant it.' })
    expect(presentError(refused)).toMatchObject({ remedy: 'Grant it.', facts: [{ label: 'SQLSTATE', value: '42501' }] })
  })

  test('belongs to a form field where it names one', () => {
    expect(fieldProblem(fromWire('CONFLICT', 'The name is taken.', { action: 'none', field: 'name' }))).toEqual({
      field: 'name',
      sentence: 'The name is taken.',
    })
    expect(fieldProblem(fromWire('CONFLICT', 'x', { action: 'none', field: null }))).toBeNull()
  })
})

describe('an error from elsewhere', () => {
  const foreign: readonly (readonly [string, unknown])[] = [
    ['a mistake in the page', new TypeError('x is not a function')],
    ['an undeclared error of the wire', new ORPCError('NOT_FOUND', { message: 'No procedure matched' })],
    ['an unknown code', fromWire('TEAPOT', 'secret', {})],
    ['a thrown string', 'boom'],
    ['nothing', null],
  ]
  test.each(foreign)('%s is shown as a fault of the program, without its own text', (_, error) => {
    const presented = presentError(error)
    expect(presented.code).toBe('INTERNAL')
    expect(JSON.stringify(presented)).not.toMatch(/secret|boom|is not a function|No procedure/)
  })

  test('a wish to stop is not shown', () => {
    expect(presentError(new DOMException('stopped', 'AbortError')).silent).toBe(true)
  })

  test('a lost wire offers another try', () => {
    expect(presentError(new Disconnected())).toMatchObject({ code: 'DISCONNECTED', action: 'retry' })
  })
})
