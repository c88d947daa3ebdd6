import { TextInput } from '@mantine/core'
import { useState } from 'react'

/** Consent that is not given by a click in passing: to a password and rows that anybody on the way can read. */
export function PlaintextConsent({ given, onChange }: { readonly given: boolean; readonly onChange: (given: boolean) => void }) {
  const [typed, setTyped] = useState(given ? PHRASE : '')
  return (
    <TextInput
      label={`Type “${PHRASE}” to accept that everything sent can be read and changed on the way`}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        const agreed = event.currentTarget.value.trim().toLowerCase() === PHRASE
        if (agreed !== given) onChange(agreed)
      }}
      maxLength={40}
      autoComplete="off"
    />
  )
}

const PHRASE = 'not encrypted'
