import { Input } from '@mantine/core'
import { useId, useMemo } from 'react'
import { SqlEditor } from '#ui/sql-editor/sql-editor.tsx'
import type { ControlProps } from './control.ts'

/** A query inside a form: Tab goes on to the next field. */
export function SqlField({ label, help, value, onChange, onBlur, error, required = false }: ControlProps<string>) {
  const id = useId()
  const name = useMemo(() => ({ id }), [id])
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }} description={help} error={error} required={required}>
      <SqlEditor
        value={value}
        onChange={onChange}
        {...(onBlur === undefined ? {} : { onBlur })}
        label={name}
        invalid={error != null && error !== ''}
        height="320px"
        grows
      />
    </Input.Wrapper>
  )
}
