import { Pill, PillsInput, Text } from '@mantine/core'
import { useId, useState } from 'react'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'
import { type Scalar, type ScalarKind, scalarFromText, scalarText, splitList } from './scalar.ts'

/**
 * A set of values as chips. Enter adds what was typed, exactly as typed; a pasted list adds each of its values; Backspace in the
 * empty field takes the last one back into it, so that a slip is mended and not retyped.
 */
export function ValuesInput({ label, help, value, onChange, onBlur, error, required = false, kind }: ValuesInputProps) {
  const [typed, setTyped] = useState('')
  const countId = useId()

  const add = (texts: readonly string[]) => {
    const known = new Set(value.map(keyOf))
    const added = texts.map((text) => scalarFromText(text, kind)).filter((scalar) => !known.has(keyOf(scalar)) && known.add(keyOf(scalar)))
    if (added.length > 0) onChange([...value, ...added])
    setTyped('')
  }
  const takeBack = () => {
    const last = value.at(-1)
    if (last === undefined) return
    onChange(value.slice(0, -1))
    setTyped(last === null ? '' : scalarText(last))
  }

  return (
    <PillsInput
      label={label}
      description={help ?? 'Enter adds a value. A pasted list adds each of its lines.'}
      error={error}
      required={required}
      size="xs"
      classNames={{ input: styles.chips ?? '' }}
      inputContainer={(children) => (
        <>
          {children}
          <Text id={countId} size="xs" c="dimmed" mt={4} aria-live="polite">
            {value.length === 1 ? '1 value' : `${value.length} values`}
          </Text>
        </>
      )}
    >
      <Pill.Group>
        {value.map((scalar) => (
          <Pill
            key={keyOf(scalar)}
            withRemoveButton
            removeButtonProps={{ 'aria-label': `Remove ${scalarText(scalar)}`, 'aria-hidden': false, tabIndex: 0 }}
            onRemove={() => onChange(value.filter((other) => keyOf(other) !== keyOf(scalar)))}
            className={scalar === null ? (styles.absent ?? '') : (styles.value ?? '')}
          >
            {visibleText(scalar)}
          </Pill>
        ))}
        <PillsInput.Field
          value={typed}
          aria-describedby={countId}
          autoComplete="off"
          spellCheck={false}
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onPaste={(event) => {
            const pasted = splitList(event.clipboardData.getData('text/plain'))
            if (typed !== '' || pasted.length < 2) return
            event.preventDefault()
            add(pasted)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
              event.preventDefault()
              if (typed !== '') add([typed])
            } else if (event.key === 'Backspace' && typed === '') {
              event.preventDefault()
              takeBack()
            }
          }}
          onBlur={() => {
            // What stands in the field was meant: leaving it does not lose it.
            if (typed !== '') add([typed])
            onBlur?.()
          }}
        />
      </Pill.Group>
    </PillsInput>
  )
}

interface ValuesInputProps extends ControlProps<readonly Scalar[]> {
  readonly kind: ScalarKind
}

/** 1 and '1' mean the same to the column, so they count as one value. */
function keyOf(scalar: Scalar): string {
  return scalar === null ? 'null' : `value ${String(scalar)}`
}

/** Blanks at the ends, and the empty text, are shown in quotes: they would not be seen. */
function visibleText(scalar: Scalar): string {
  const text = scalarText(scalar)
  return typeof scalar === 'string' && (text !== text.trim() || text === '' || text === 'NULL') ? `“${text}”` : text
}
