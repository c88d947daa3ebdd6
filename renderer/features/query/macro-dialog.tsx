import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { macroKeys, type QueryMacro } from '#shared/model/query-macro.ts'
import { SqlField } from '#ui/form/sql-field.tsx'
import { notify } from '#ui/notify.tsx'
import { useAction } from '#ui/use-action.ts'
import entryStyles from './entry-list.module.css'
import styles from './macro-dialog.module.css'

/** Macros are made, changed and removed here. */
export function MacroDialog({ opened, start, macros, onClose }: MacroDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Macros" size="xl">
      {opened && <Content start={start} macros={macros} />}
    </Modal>
  )
}

interface MacroDialogProps {
  readonly opened: boolean
  /** The text of a new macro to begin with; null: the first of those there are. */
  readonly start: string | null
  readonly macros: readonly QueryMacro[]
  onClose(): void
}

function Content({ start, macros }: Pick<MacroDialogProps, 'start' | 'macros'>) {
  const [edited, setEdited] = useState<QueryMacro>(() => (start === null ? (macros[0] ?? empty('')) : empty(start)))
  const remove = (macro: QueryMacro) =>
    void api.query.macros.remove({ id: macro.id }).then(() => {
      notify({ message: `${macro.name} removed.`, undo: () => void api.query.macros.save(macro).catch(notifyError) })
      setEdited(empty(''))
    }, notifyError)
  const isNew = !macros.some(({ id }) => id === edited.id)
  return (
    <div className={styles.macros}>
      <div className={styles.macroList}>
        <ul className={entryStyles.list} aria-label="Macros">
          {macros.map((macro) => (
            <li key={macro.id} className={entryStyles.entry}>
              <button type="button" className={entryStyles.pick} aria-current={macro.id === edited.id} onClick={() => setEdited(macro)}>
                {macro.name}
                <span className={entryStyles.facts}>{macro.shortcut ?? 'No key'}</span>
              </button>
              <ActionIcon aria-label={`Remove ${macro.name}`} onClick={() => remove(macro)}>
                <IconTrash size={14} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={isNew} onClick={() => setEdited(empty(''))}>
          New macro
        </Button>
      </div>
      <Form
        key={edited.id}
        macro={edited}
        isNew={isNew}
        taken={macros.filter(({ id }) => id !== edited.id)}
        onSaved={() => isNew && setEdited(empty(''))}
      />
    </div>
  )
}

function Form({ macro, isNew, taken, onSaved }: FormProps) {
  const [{ name, sql, shortcut }, setFields] = useState(macro)
  const set = (part: Partial<QueryMacro>) => setFields((before) => ({ ...before, ...part }))
  const saving = useAction<void>()
  const problem = saving.error === null ? null : fieldProblem(saving.error)
  const save = () =>
    void saving.run(async () => {
      await api.query.macros.save({ id: macro.id, name, sql, shortcut })
      notify({ message: `${name} saved.` })
      onSaved()
    })
  const keys = macroKeys.map((known) => ({ value: known, label: known, disabled: taken.some((other) => other.shortcut === known) }))
  return (
    <Stack gap="sm" className={styles.grow}>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          maxLength={100}
          className={styles.grow}
        />
        <Select
          label="Key"
          placeholder="None"
          w={140}
          data={keys}
          value={shortcut}
          onChange={(next) => set({ shortcut: next })}
          clearable
          error={problem?.field === 'shortcut' && problem.sentence}
        />
      </Group>
      <SqlField
        label="Statement"
        help="Where $SELECTION$ stands, the text that is selected in the editor is put."
        value={sql}
        onChange={(next) => set({ sql: next })}
        error={problem?.field === 'sql' ? problem.sentence : null}
      />
      <Text size="sm" c="dimmed">
        In a browser, Ctrl and a digit may change the browser's own tab. Alt with a function key does not.
      </Text>
      <Group justify="flex-end">
        <Button onClick={save} loading={saving.busy} disabled={name.trim() === '' || sql.trim() === ''}>
          {isNew ? 'Add macro' : 'Save macro'}
        </Button>
      </Group>
    </Stack>
  )
}

interface FormProps {
  readonly macro: QueryMacro
  readonly isNew: boolean
  readonly taken: readonly QueryMacro[]
  onSaved(): void
}

function empty(sql: string): QueryMacro {
  return { id: crypto.randomUUID(), name: '', sql, shortcut: null }
}
