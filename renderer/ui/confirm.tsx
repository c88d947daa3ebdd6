import { Button, Group, Modal, Text } from '@mantine/core'
import { createContext, type ReactNode, useContext } from 'react'
import { useQuestions } from './questions.ts'

/** Asks before what cannot be taken back. Everything else gets an undo instead. */
export interface Question {
  readonly title: string
  readonly sentence: ReactNode
  /** What the button does, in words: "Remove data source". */
  readonly confirm: string
  readonly tone?: 'neutral' | 'danger'
}

/** Resolves true when the person agrees. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const ask = useContext(ConfirmContext)
  if (ask === null) throw new Error('useConfirm needs a ConfirmProvider above it.')
  return ask
}

export function ConfirmProvider({ children }: { readonly children: ReactNode }) {
  const { questions, open } = useQuestions<Question>()
  return (
    <ConfirmContext.Provider value={questions.ask}>
      {children}
      <Modal opened={open !== null} onClose={() => open?.answer(false)} title={open?.question.title}>
        <Text component="div">{open?.question.sentence}</Text>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={() => open?.answer(false)} data-autofocus>
            Cancel
          </Button>
          <Button color={open?.question.tone === 'danger' ? 'red.9' : 'accent'} onClick={() => open?.answer(true)}>
            {open?.question.confirm}
          </Button>
        </Group>
      </Modal>
    </ConfirmContext.Provider>
  )
}

const ConfirmContext = createContext<((question: Question) => Promise<boolean>) | null>(null)
