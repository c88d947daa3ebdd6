import { useState, useSyncExternalStore } from 'react'

/** A question that is open, until it is answered once. */
export interface OpenQuestion<Question> {
  readonly question: Question
  /** Another for each, so that nothing typed for one is there for the next. */
  readonly key: number
  /** Closes it. Of one that is not open any more it does nothing. */
  answer(agreed: boolean): void
}

/** One question at a time: a new one takes the place of the one before, which is answered with no. Nobody waits for ever. */
export class Questions<Question> {
  readonly #listeners = new Set<() => void>()
  #open: OpenQuestion<Question> | null = null
  #count = 0

  readonly open = (): OpenQuestion<Question> | null => this.#open

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly ask = (question: Question): Promise<boolean> =>
    new Promise((resolve) => {
      this.#open?.answer(false)
      this.#count += 1
      const asked: OpenQuestion<Question> = {
        question,
        key: this.#count,
        answer: (agreed) => {
          if (this.#open === asked) this.#set(null)
          resolve(agreed)
        },
      }
      this.#set(asked)
    })

  #set(open: OpenQuestion<Question> | null): void {
    this.#open = open
    for (const listener of [...this.#listeners]) listener()
  }
}

/** The questions of a component, and the one that is open. */
export function useQuestions<Question>(): { readonly questions: Questions<Question>; readonly open: OpenQuestion<Question> | null } {
  const [questions] = useState(() => new Questions<Question>())
  return { questions, open: useSyncExternalStore(questions.listen, questions.open) }
}
