import { Button, Group, SegmentedControl, Switch, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import { formatBytes, formatCount } from '#ui/format.ts'
import { copyLater } from '#ui/grid/copy-range.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { saveFile } from '#ui/save-file.ts'
import { useAction } from '#ui/use-action.ts'
import { HexView, MOST_HEX_BYTES } from '#ui/values/hex-view.tsx'
import { imageAddress, imageType } from '#ui/values/image-type.ts'
import { indentXml } from '#ui/values/indent-xml.ts'
import { JsonTree } from '#ui/values/json-tree.tsx'
import { LongText } from '#ui/values/long-text.tsx'
import { readArray } from '#ui/values/read-array.ts'
import { indentJson, inSteps, type JsonRead, readJson } from '#ui/values/read-json.ts'
import { linesInSteps, linesOf, MOST_LINES } from '#ui/values/text-lines.ts'
import styles from './cell-panel.module.css'
import { notifyError } from './notify-error.tsx'
import { ofResult } from './of-result.ts'
import { Problem } from './problem.tsx'
import { type CellPlace, type CellText, useCellText, wholeCell } from './use-cell-text.ts'

/** One value, whole, in the ways that its type can be looked at. */
export function CellPanel({ name, type, ...place }: CellPanelProps) {
  const isBytes = type === 'bytea'
  const text = useCellText(place, isBytes)
  const ways = waysOf(type, text)
  const [chosen, setChosen] = useState<Way | null>(null)
  const way = chosen !== null && ways.includes(chosen) ? chosen : (ways[0] ?? 'text')
  const { preferences, change } = usePreferences()
  // A switch is remembered among the sizes of panes, as one of 0 or 1.
  const wraps = preferences.paneSizes[WRAPS]?.[0] !== 0
  const copying = useAction<void>()
  const saving = useAction<void>()
  if (text.state === 'failed') return <Problem error={text.error} />
  if (text.lineCount === 0 && text.state === 'loading') return <Loading rows={4} />
  if (text.isNull)
    return (
      <>
        <Text c="dimmed">{`${type}, no value`}</Text>
        <Text c="dimmed" fs="italic">
          [null]
        </Text>
      </>
    )
  const copy = () =>
    void copying.run(async (signal) => {
      await copyLater(wholeCell(place, signal).then((pieces) => pieces.join('')))
      notify({ message: 'The value was copied.' })
    })
  const save = () =>
    void saving.run(async (signal) => {
      const pieces = await wholeCell(place, signal)
      const image = isBytes ? imageType(pieces[0]?.slice(2, 40) ?? '') : null
      const content = isBytes ? blobOf(pieces) : new Blob([...pieces])
      saveFile(`${name}${image === null ? (isBytes ? '.bin' : '.txt') : `.${image.slice(6)}`}`, content)
    })
  const problem = copying.error ?? saving.error
  const bytesOf = (sizeBytes: number) => (isBytes ? bytesOfHex(sizeBytes) : sizeBytes)
  const keptBytes = bytesOf(text.keptBytes)
  return (
    <div className={styles.panel}>
      <Group justify="space-between" gap="xs">
        <Text c="dimmed">{`${type}, ${formatBytes(bytesOf(text.sizeBytes))}`}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={copy} loading={copying.busy}>
            Copy
          </Button>
          <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={save} loading={saving.busy}>
            Save
          </Button>
        </Group>
      </Group>
      {problem !== null && problem !== undefined && <Problem error={problem} />}
      <Group justify="space-between" gap="xs" mih={30}>
        {ways.length > 1 ? (
          <SegmentedControl
            aria-label="How the value is shown"
            value={way}
            onChange={(next) => setChosen(next as Way)}
            data={ways.map((value) => ({ value, label: titles[value] }))}
          />
        ) : (
          <span />
        )}
        {(way === 'text' || way === 'indented') && (
          <Switch
            label="Wrap long lines"
            checked={wraps}
            onChange={({ currentTarget }) => change({ paneSizes: { ...preferences.paneSizes, [WRAPS]: [currentTarget.checked ? 1 : 0] } })}
          />
        )}
      </Group>
      <View way={way} name={name} type={type} text={text} place={place} wraps={wraps} />
      {text.state === 'loading' && (
        <Text role="status">{`Reading, ${formatBytes(bytesOf(text.readBytes))} of ${formatBytes(keptBytes)}`}</Text>
      )}
      {text.keptBytes < text.sizeBytes && (
        <Text role="status">{`The row was too long to keep. Of this value, the first ${formatBytes(keptBytes)} are here, and Copy and Save take these; a query of a part of it reads on.`}</Text>
      )}
      {text.state === 'long' && !isBytes && (
        <Text role="status">{`The first ${formatBytes(text.readBytes)} are shown. Copy and Save take all of it.`}</Text>
      )}
      {way === 'hex' && keptBytes > MOST_HEX_BYTES && (
        <Text role="status">{`The first ${formatBytes(MOST_HEX_BYTES)} are shown. Copy and Save take all of it.`}</Text>
      )}
      {text.lines.full && (
        <Text role="status">{`The first ${formatCount(MOST_LINES)} lines are shown. Copy and Save take all of it.`}</Text>
      )}
    </div>
  )
}

interface CellPanelProps extends CellPlace {
  readonly name: string
  readonly type: string
}

type Way = 'text' | 'indented' | 'tree' | 'list' | 'hex' | 'image'

const titles: Readonly<Record<Way, string>> = {
  text: 'Text',
  indented: 'Indented',
  tree: 'Tree',
  list: 'List',
  hex: 'Hexadecimal',
  image: 'Image',
}

const WRAPS = 'cell.wraps'
/** Longer ones are shown as text: a tree of them would take more room than the value. */
const MOST_READ = 4 * 1024 * 1024
const MOST_IMAGE_BYTES = 16 * 1024 * 1024

/** The first is shown at first. */
function waysOf(type: string, { state, sizeBytes, pieces }: CellText): readonly Way[] {
  const first = pieces[0] ?? ''
  if (type === 'bytea') {
    const picture = imageType(first.slice(2, 40)) !== null && sizeBytes / 2 <= MOST_IMAGE_BYTES
    return picture ? ['image', 'hex'] : ['hex']
  }
  const short = state === 'whole' && sizeBytes <= MOST_READ
  if (!short) return ['text']
  if (type === 'json' || type === 'jsonb') return ['indented', 'tree', 'text']
  if (type === 'xml') return ['indented', 'text']
  if (type.endsWith('[]')) return ['list', 'text']
  return /^\s*[{[]/.test(first) && /[}\]]\s*$/.test(pieces.at(-1) ?? '') ? ['text', 'indented', 'tree'] : ['text']
}

interface ViewProps {
  readonly way: Way
  readonly name: string
  readonly type: string
  readonly text: CellText
  readonly place: CellPlace
  readonly wraps: boolean
}

function View({ way, name, type, text, place, wraps }: ViewProps) {
  const label = `Value of ${name}`
  switch (way) {
    case 'text':
      return <LongText lines={text.lines.lines} lineCount={text.lineCount} wraps={wraps} label={label} />
    case 'indented':
      return <Indented type={type} text={text} wraps={wraps} label={label} />
    case 'tree':
      return <Tree text={text} label={label} />
    case 'list':
      return <List text={text} wraps={wraps} label={label} />
    case 'hex':
      return <Hex place={place} sizeBytes={text.keptBytes} label={label} />
    case 'image':
      return <Picture place={place} name={name} />
    default:
      return way satisfies never
  }
}

function Indented({ type, text, wraps, label }: Pick<ViewProps, 'type' | 'text' | 'wraps'> & { readonly label: string }) {
  const whole = useMemo(() => text.pieces.join(''), [text.pieces])
  const indented = useSteps(whole, async (value, signal) => {
    const laidOut = type === 'xml' ? indentXml(value) : await inSteps(indentJson(value), signal)
    return laidOut === null ? null : inSteps(linesInSteps(laidOut), signal)
  })
  if (indented === null) return <Loading rows={4} />
  return <LongText lines={indented.lines} lineCount={indented.lines.length} wraps={wraps} label={label} />
}

function Tree({ text, label }: { readonly text: CellText; readonly label: string }) {
  const whole = useMemo(() => text.pieces.join(''), [text.pieces])
  const read = useSteps<JsonRead>(whole, (value, signal) => inSteps(readJson(value), signal))
  if (read === null) return <Loading rows={4} />
  return (
    <>
      {read.problemAt !== null && (
        <Text role="status">{`From character ${read.problemAt + 1} on it is no JSON. What was read before is shown.`}</Text>
      )}
      {read.root !== null && <JsonTree root={read.root} label={label} />}
    </>
  )
}

function List({ text, wraps, label }: { readonly text: CellText; readonly wraps: boolean; readonly label: string }) {
  const lines = useMemo(() => {
    const items = readArray(text.pieces.join(''))
    return items === null ? null : linesOf(items.map(({ index, value }) => `${index}  ${value ?? '[null]'}`).join('\n')).lines
  }, [text.pieces])
  const shown = lines ?? text.lines.lines
  return <LongText lines={shown} lineCount={shown.length} wraps={wraps} label={label} />
}

function Hex({ place, sizeBytes, label }: { readonly place: CellPlace; readonly sizeBytes: number; readonly label: string }) {
  const { resultId, arrangementId, row, column } = place
  const [problem, setProblem] = useState<unknown>(null)
  const load = useCallback(
    async (from: number, count: number) => {
      // `\x`, then two digits a byte.
      return (
        (await api.query.cellPart({ ...ofResult(resultId, arrangementId), row, column, from: 2 + from * 2, length: count * 2 })).text ?? ''
      )
    },
    [resultId, arrangementId, row, column],
  )
  // Mounted anew by another try, it asks for the same bytes again.
  if (problem !== null) return <Problem error={problem} onRetry={() => setProblem(null)} />
  return <HexView sizeBytes={bytesOfHex(sizeBytes)} load={load} onProblem={setProblem} label={label} />
}

function Picture({ place: { resultId, arrangementId, row, column }, name }: { readonly place: CellPlace; readonly name: string }) {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    wholeCell({ resultId, arrangementId, row, column }, abort.signal).then((pieces) => {
      const hex = pieces.join('').slice(2)
      const type = imageType(hex)
      if (!abort.signal.aborted && type !== null) setAddress(imageAddress(type, hex))
    }, notifyError)
    return () => abort.abort()
  }, [resultId, arrangementId, row, column])
  return address === null ? (
    <Loading rows={4} />
  ) : (
    <div className={styles.image}>
      <img src={address} alt={`Value of ${name}`} />
    </div>
  )
}

/** What long work on a text gives; null: it is under way. */
function useSteps<Result>(text: string, work: (text: string, signal: AbortSignal) => Promise<Result | null>): Result | null {
  const [made, setMade] = useState<{ readonly text: string; readonly result: Result } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text gives the same
  useEffect(() => {
    const abort = new AbortController()
    void work(text, abort.signal).then((result) => {
      if (result !== null && !abort.signal.aborted) setMade({ text, result })
    })
    return () => abort.abort()
  }, [text])
  return made?.text === text ? made.result : null
}

/** `\x`, then two digits a byte. */
function bytesOfHex(digits: number): number {
  return Math.max(0, Math.floor((digits - 2) / 2))
}

function blobOf(pieces: readonly string[]): Blob {
  return new Blob(
    pieces.map((piece, index) => {
      const hex = index === 0 ? piece.slice(2) : piece
      return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16))
    }),
  )
}
