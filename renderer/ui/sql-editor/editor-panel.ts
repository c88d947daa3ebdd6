/** Parts of the panels over the text: plain elements, since the editor is not drawn by React. Text is set as text, never as markup. */

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  made.className = className
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

export function button(label: string, title: string, onClick: () => void, className = 'cm-panelButton'): HTMLButtonElement {
  const made = element('button', className, { type: 'button', title, 'aria-label': title })
  made.textContent = label
  made.addEventListener('click', onClick)
  return made
}

/** A button that stays pressed. */
export function toggle(label: string, title: string, pressed: boolean, onChange: (pressed: boolean) => void): HTMLButtonElement {
  const made = button(label, title, () => {
    const next = made.getAttribute('aria-pressed') !== 'true'
    made.setAttribute('aria-pressed', String(next))
    onChange(next)
  })
  made.setAttribute('aria-pressed', String(pressed))
  return made
}
