/** Where the window was, put where it can be seen. Lengths are in device-independent pixels. */

export interface WindowBounds {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const initial = { width: 1280, height: 800 } as const

/** A window remembered on a screen that is gone would open where nobody sees it: then only its size is kept. */
export function fitBounds(
  remembered: WindowBounds | null,
  workAreas: readonly WindowBounds[],
): Partial<WindowBounds> & { readonly width: number; readonly height: number } {
  if (remembered === null) return initial
  const area = workAreas.find((candidate) => overlaps(candidate, remembered))
  return area === undefined ? { width: remembered.width, height: remembered.height } : remembered
}

function overlaps(area: WindowBounds, bounds: WindowBounds): boolean {
  // A strip of 100 pixels of the title bar is enough to take hold of it.
  const visible = Math.min(area.x + area.width, bounds.x + bounds.width) - Math.max(area.x, bounds.x)
  return visible >= 100 && bounds.y >= area.y - 10 && bounds.y < area.y + area.height - 50
}
