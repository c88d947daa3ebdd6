/** Numbers, sizes and times as the screens show them, in the person's own locale. */

const integers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const dateTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** `12,345`. null: an en dash. */
export function formatCount(count: number | null): string {
  return count === null ? '–' : integers.format(count)
}

/** `1 row`, `12,345 rows`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${integers.format(count)} ${count === 1 ? one : many}`
}

/** Bytes in powers of 1,024: `8 kB`, `143 MB`. null: an en dash. */
export function formatBytes(sizeBytes: number | null): string {
  if (sizeBytes === null) return '–'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [sizeBytes, 0]
  while (value >= 1_024 && unit < units.length - 1) [value, unit] = [value / 1_024, unit + 1]
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`
}

/** Milliseconds: `0.4 ms`, `85 ms`, `1.2 s`, `2 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return formatRoundTrip(durationMs)
  if (durationMs < 59_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

/** Milliseconds below ten with one decimal. */
export function formatRoundTrip(durationMs: number): string {
  return `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`
}

/** An ISO time as date and time of day. */
export function formatDateTime(iso: string): string {
  return dateTimes.format(new Date(iso))
}

/** An ISO time as the distance from `now`: `just now`, `5 minutes ago`; from a week on, as a date. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((now - new Date(iso).getTime()) / 1_000)
  if (seconds < 45) return 'just now'
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  if (seconds < 3_570) return relative.format(-Math.max(1, Math.round(seconds / 60)), 'minute')
  if (seconds < 84_600) return relative.format(-Math.max(1, Math.round(seconds / 3_600)), 'hour')
  if (seconds < 7 * 86_400) return relative.format(-Math.max(1, Math.round(seconds / 86_400)), 'day')
  return formatDateTime(iso)
}
