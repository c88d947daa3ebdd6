import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/**
 * Dense like a tool, calm like a page: 13 px text, a 4 px grid, one accent. Colours with a meaning (passed, failed, …)
 * are CSS variables named for the meaning, chosen so that text on every surface of both schemes keeps 4.5 : 1.
 */

const accent: MantineColorsTuple = [
  '#eef4fb',
  '#dce7f4',
  '#b7cde9',
  '#8fb2de',
  '#6e9bd4',
  '#588ccd',
  '#3b6fb6',
  '#2f5f9f',
  '#26528c',
  '#1a4478',
]

/** Mantine's greys for the dark scheme, with the blue of the other surfaces. */
const dark: MantineColorsTuple = [
  '#dfe3e8',
  '#c3cad2',
  '#a0a9b4',
  '#7c8793',
  '#3b434d',
  '#30363d',
  '#1f242a',
  '#16191d',
  '#121519',
  '#0d1013',
]

/** The head of a dialog is no banner of the page, which its `header` element would make it for a screen reader. */
const dialog = {
  overlayProps: { backgroundOpacity: 0.4 },
  transitionProps: { duration: 100 },
  attributes: { header: { role: 'none' } },
  closeButtonProps: { 'aria-label': 'Close' },
}

/** Mantine writes its smallest controls in 12 px; theirs is the right height, but 13 px is the text of this app. */
function smallText(part: string, variable: string, others: Readonly<Record<string, string>> = {}) {
  return (_: unknown, props: { readonly size?: unknown }) => ({ [part]: props.size === 'xs' ? { [variable]: '13px', ...others } : {} })
}

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
      h4: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', fw: 500 }, vars: smallText('root', '--button-fz') },
    // A placeholder in the colour of errors reads like something that was typed, and wrong.
    Input: { vars: smallText('wrapper', '--input-fz', { '--input-placeholder-color': 'var(--mantine-color-placeholder)' }) },
    SegmentedControl: { defaultProps: { size: 'xs' }, vars: smallText('root', '--sc-font-size', { '--sc-padding': '2px 10px' }) },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'sm' } } },
    MultiSelect: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'sm' } } },
    // Lists open in a landmark of their own, so that no content of the page is outside of one.
    Combobox: { defaultProps: { portalProps: { target: '#lists' } } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs', withThumbIndicator: false } },
    Radio: { defaultProps: { size: 'xs' } },
    Text: { defaultProps: { size: 'sm' } },
    Table: { defaultProps: { fz: 'sm', verticalSpacing: 6, horizontalSpacing: 12 } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 'xs', events: { hover: true, focus: true, touch: false } } },
    Modal: { defaultProps: { ...dialog, centered: true } },
    Drawer: { defaultProps: dialog },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } },
    Alert: { defaultProps: { variant: 'light' } },
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1d2126',
    '--mantine-color-dimmed': '#59626d',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#2a5a98',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-hover': '#f4f6f8',
    '--mantine-color-default-color': '#1d2126',
    '--mantine-color-default-border': '#c3cad2',
    '--surface-rail': '#f4f6f8',
    '--surface-raised': '#f8f9fb',
    '--surface-hover': '#eef1f4',
    '--surface-selected': '#e3ecf7',
    '--line': '#dfe3e8',
    '--line-strong': '#87919d',
    '--ink-accent': '#2a5a98',
    '--ink-passed': '#1c6b35',
    '--ink-failed': '#b3261e',
    '--ink-warning': '#855000',
    '--ink-neutral': '#59626d',
    '--fill-passed': '#e6f4ea',
    '--fill-failed': '#fdecea',
    '--fill-warning': '#fff3dc',
    '--fill-neutral': '#eef1f4',
    '--fill-accent': '#e8f0fa',
    '--band-expected': '#b9d8c3',
    '--environment-development': '#2a5a98',
    '--environment-staging': '#855000',
    '--environment-production': '#b3261e',
  },
  dark: {
    '--mantine-color-text': '#dfe3e8',
    '--mantine-color-dimmed': '#a0a9b4',
    '--mantine-color-placeholder': '#8f99a5',
    '--mantine-color-body': '#16191d',
    '--mantine-color-error': '#ff8f85',
    '--mantine-color-anchor': '#8fb8ea',
    '--mantine-color-default': '#1f242a',
    '--mantine-color-default-hover': '#282e36',
    '--mantine-color-default-color': '#dfe3e8',
    '--mantine-color-default-border': '#3b434d',
    '--surface-rail': '#1b1f24',
    '--surface-raised': '#1d2126',
    '--surface-hover': '#262b32',
    '--surface-selected': '#243449',
    '--line': '#30363d',
    '--line-strong': '#6f7a86',
    '--ink-accent': '#8fb8ea',
    '--ink-passed': '#7fcf97',
    '--ink-failed': '#ff9a91',
    '--ink-warning': '#e6b566',
    '--ink-neutral': '#a0a9b4',
    '--fill-passed': '#17301f',
    '--fill-failed': '#3a1d1b',
    '--fill-warning': '#35290f',
    '--fill-neutral': '#262b32',
    '--fill-accent': '#1c2c42',
    '--band-expected': '#2c5a3a',
    '--environment-development': '#8fb8ea',
    '--environment-staging': '#e6b566',
    '--environment-production': '#ff9a91',
  },
})
