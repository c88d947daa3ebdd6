import type { ReadStream, WriteStream } from 'node:tty'
import { cancelled } from '#shared/contract/errors.ts'

/** Asks at the terminal without showing what is typed. The question goes to standard error, so that standard output stays clean. */

/** null: there is nobody to ask, because one of the two is not a terminal. @throws AppError CANCELLED on Ctrl+C and Ctrl+D */
export async function askHidden(question: string, input: ReadStream, output: WriteStream): Promise<string | null> {
  if (!input.isTTY || !output.isTTY) return null
  // SECURITY: raw, so that the terminal does not echo, and before the question, as an answer may come at once. What is typed
  // is shown nowhere, not as stars either.
  input.setRawMode(true)
  output.write(question)
  input.setEncoding('utf8')
  input.resume()
  try {
    return await readLine(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}

function readLine(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const settle = (end: () => void) => {
      input.off('data', hear).off('end', leave)
      end()
    }
    const leave = () => settle(() => reject(cancelled()))
    const hear = (chunk: string | Buffer) => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') return settle(() => resolve(typed.join('')))
        if (character === INTERRUPT || character === END) return leave()
        if (character === BACKSPACE || character === DELETE) typed.pop()
        else if (character === LINE_KILL) typed = []
        else typed.push(character)
      }
    }
    input.on('data', hear).once('end', leave)
  })
}

const INTERRUPT = '\u0003'
const END = '\u0004'
const BACKSPACE = '\b'
const DELETE = '\u007f'
const LINE_KILL = '\u0015'
