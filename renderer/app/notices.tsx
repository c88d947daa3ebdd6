import { CloseButton } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import styles from './notices.module.css'

/** What a person must read after this start, for example that a damaged file was set aside. Stays until it is closed. */
export function Notices() {
  const { data } = useQuery(queries.app.info.queryOptions({ input: {} }))
  const [closed, setClosed] = useState<readonly string[]>([])
  const open = (data?.notices ?? []).filter((notice) => !closed.includes(notice))
  if (open.length === 0) return null
  return (
    <ul className={styles.notices} aria-label="Notices">
      {open.map((notice) => (
        <li key={notice} className={styles.notice}>
          <IconInfoCircle size={16} aria-hidden className={styles.icon} />
          <span className={styles.words}>{notice}</span>
          <CloseButton size="sm" aria-label="Close this notice" onClick={() => setClosed([...closed, notice])} />
        </li>
      ))}
    </ul>
  )
}
