import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editor in the colours of the app: every one is a variable, so that light and dark need no second look. */
export const editorLook = [
  EditorView.theme({
    '&': { height: '100%', fontSize: '13px', color: 'var(--mantine-color-text)', backgroundColor: 'transparent' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '20px' },
    '.cm-content': { padding: '6px 0', caretColor: 'var(--mantine-color-text)' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--mantine-color-text)' },
    '.cm-gutters': { backgroundColor: 'var(--surface-raised)', color: 'var(--mantine-color-dimmed)', borderRight: '1px solid var(--line)' },
    '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--mantine-color-text)' },
    '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--surface-hover) 55%, transparent)' },
    '.cm-activeLine': { backgroundColor: 'transparent' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'color-mix(in srgb, var(--ink-accent) 30%, transparent)',
    },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'var(--surface-selected)',
      outline: '1px solid var(--line-strong)',
    },
    '.cm-line.cm-currentStatement': { boxShadow: 'inset 2px 0 0 var(--ink-accent)' },
    // The grammar knows no parameters, and colours the number of one: here the whole is one thing.
    '.cm-parameter': { backgroundColor: 'var(--fill-accent)', borderRadius: '3px' },
    '.cm-parameter, .cm-parameter *': { color: 'var(--ink-accent)' },
    '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--ink-failed) 1.5px',
      textUnderlineOffset: '3px',
      backgroundColor: 'var(--fill-failed)',
    },
    '.cm-tooltip': {
      border: '1px solid var(--line)',
      borderRadius: '4px',
      backgroundColor: 'var(--mantine-color-body)',
      color: 'var(--mantine-color-text)',
      boxShadow: 'var(--mantine-shadow-sm)',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': {
      maxHeight: 'none',
      overflow: 'hidden',
      fontFamily: 'var(--mantine-font-family-monospace)',
      fontSize: '13px',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--surface-selected)',
      color: 'var(--mantine-color-text)',
    },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--ink-failed)' },
    '.cm-panels': { backgroundColor: 'var(--surface-raised)', color: 'var(--mantine-color-text)' },
    '.cm-panels.cm-panels-top, .cm-panels.cm-panels-bottom': { borderColor: 'var(--line)' },
    '.cm-panelRows': { display: 'flex', flexDirection: 'column', gap: '6px', padding: '6px 12px' },
    '.cm-panelRow': { display: 'flex', alignItems: 'center', gap: '4px', fontFamily: 'var(--mantine-font-family)', fontSize: '13px' },
    'form.cm-panelRow': { padding: '6px 12px' },
    '.cm-panelField': {
      width: '240px',
      height: '28px',
      padding: '0 8px',
      border: '1px solid var(--mantine-color-default-border)',
      borderRadius: '4px',
      background: 'var(--mantine-color-body)',
      color: 'var(--mantine-color-text)',
      font: 'inherit',
    },
    '.cm-panelField::placeholder': { color: 'var(--mantine-color-placeholder)' },
    '.cm-panelField:focus': { outline: 'none', borderColor: 'var(--ink-accent)' },
    '.cm-panelButton, .cm-panelClose': {
      height: '28px',
      minWidth: '28px',
      padding: '0 8px',
      border: '1px solid var(--mantine-color-default-border)',
      borderRadius: '4px',
      background: 'var(--mantine-color-default)',
      color: 'var(--mantine-color-text)',
      font: 'inherit',
      cursor: 'pointer',
    },
    '.cm-panelButton:hover, .cm-panelClose:hover': { background: 'var(--surface-hover)' },
    '.cm-panelButton[aria-pressed=true]': {
      background: 'var(--surface-selected)',
      borderColor: 'var(--ink-accent)',
      color: 'var(--ink-accent)',
    },
    '.cm-panelClose': { marginLeft: 'auto', border: '0', background: 'none', fontSize: '16px' },
    '.cm-panelWords': { color: 'var(--mantine-color-dimmed)', whiteSpace: 'nowrap', padding: '0 4px' },
    '.cm-panelCount': { minWidth: '72px', fontVariantNumeric: 'tabular-nums' },
    '.cm-searchMatch': { backgroundColor: 'var(--fill-warning)' },
    '.cm-searchMatch-selected': { outline: '1px solid var(--ink-warning)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.keyword, color: 'var(--ink-accent)', fontWeight: '600' },
      { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--ink-accent)' },
      { tag: [tags.string, tags.special(tags.string)], color: 'var(--ink-passed)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--ink-warning)' },
      { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
    ]),
  ),
]
