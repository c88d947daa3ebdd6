import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { usePreferences } from '#api/preferences.ts'

/** Brings the stored colour scheme to the page. */
export function Looks() {
  const { colorScheme } = usePreferences().preferences
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => setColorScheme(colorScheme), [colorScheme, setColorScheme])
  return null
}
