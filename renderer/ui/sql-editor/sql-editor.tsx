import { clsx } from 'clsx'
import { type CSSProperties, lazy, Suspense } from 'react'
import type { SqlEditorProps } from './editor-types.ts'
import styles from './sql-editor.module.css'

/** A text in PostgreSQL's language: coloured, completed, errors underlined. The editor itself is loaded when first shown. */
export function SqlEditor(props: SqlEditorProps) {
  const { height, grows = false, invalid = false } = props
  return (
    <div
      className={clsx(styles.frame, height !== 'fill' && styles.bordered, grows && styles.grows)}
      style={sizeOf(height, grows)}
      data-invalid={invalid || undefined}
    >
      <Suspense fallback={<pre className={styles.waiting}>{props.value}</pre>}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  )
}

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

function sizeOf(height: string, grows: boolean): CSSProperties {
  if (height === 'fill') return { height: '100%' }
  // The editor scrolls inside of itself, so the bound is on the editor and not on the frame.
  return grows ? ({ '--most-height': height } as CSSProperties) : { height }
}
