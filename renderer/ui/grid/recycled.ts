interface Slot<View> {
  readonly view: View
  place: number
}

/**
 * Elements that show places of a long line (rows, or the cells of one): what goes out of sight is written anew for what comes
 * into it, since making, removing and moving elements is what a scroll spends its time on. While it scrolls they may stand in
 * another order than their places; once it rests they are put into it, for whoever reads the page in its own order.
 */
export class Recycled<View extends { readonly element: HTMLElement }> {
  readonly #parent: HTMLElement
  readonly #make: () => View
  readonly #views = new Map<number, View>()
  /** As they stand in the page. */
  #slots: Slot<View>[] = []
  #ordered = true

  constructor(parent: HTMLElement, make: () => View) {
    this.#parent = parent
    this.#make = make
  }

  at(place: number): View | undefined {
    return this.#views.get(place)
  }

  /** `places`: rising, each once. The views of new ones still show what they did. */
  show(places: readonly number[], resting: boolean): void {
    if (places.length !== this.#views.size || !places.every((place) => this.#views.has(place))) this.#exchange(new Set(places))
    if (resting && !this.#ordered) this.#order()
  }

  #exchange(places: ReadonlySet<number>): void {
    const free: Slot<View>[] = []
    for (const slot of this.#slots) {
      if (places.has(slot.place)) continue
      this.#views.delete(slot.place)
      // One with the focus would carry it to another place without a word to those who listen for it.
      if (slot.view.element.contains(document.activeElement)) this.#remove(slot)
      else free.push(slot)
    }
    // The first one free for the first place: after a leap they stand in their order at once.
    let used = 0
    for (const place of places) {
      if (this.#views.has(place)) continue
      const slot = free[used] ?? this.#add(place)
      used += 1
      slot.place = place
      this.#views.set(place, slot.view)
    }
    for (const slot of free.slice(used)) this.#remove(slot)
    this.#ordered = this.#slots.every(({ place }, index) => index === 0 || (this.#slots[index - 1]?.place ?? 0) < place)
  }

  #add(place: number): Slot<View> {
    const slot = { view: this.#make(), place }
    this.#parent.append(slot.view.element)
    this.#slots.push(slot)
    return slot
  }

  #remove(slot: Slot<View>): void {
    slot.view.element.remove()
    this.#slots = this.#slots.filter((one) => one !== slot)
  }

  /** Moves only what stands wrong, and never the one with the focus, which would lose it: the others go round it. */
  #order(): void {
    this.#ordered = true
    this.#slots.sort((one, other) => one.place - other.place)
    let next: Element | null = null
    for (const { view } of this.#slots.toReversed()) {
      const { element } = view
      if (element.nextElementSibling !== next && !element.contains(document.activeElement)) this.#parent.insertBefore(element, next)
      next = element
    }
  }
}
