import { Skeleton, Stack } from '@mantine/core'

/** Stands where rows will be and takes about their room, so that nothing jumps. Shown after a moment only: most answers are quicker. */
export function Loading({ rows = 6, label = 'Loading' }: { readonly rows?: number; readonly label?: string }) {
  return (
    <Stack gap={8} role="status" aria-busy aria-label={label} className="appears-late">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are equal and never change places
        <Skeleton key={index} height={24} radius="sm" animate={false} />
      ))}
    </Stack>
  )
}
