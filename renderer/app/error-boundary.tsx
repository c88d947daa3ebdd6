import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { presentError } from '#api/present-error.ts'
import { ErrorState } from '#ui/error-state.tsx'

interface Props {
  readonly children: ReactNode
  /** Changes when another screen is shown: a new screen gets a new chance. Left out: it stands around the whole window. */
  readonly screen?: string
}

/** Catches what a screen throws while it is drawn, so that the rest of the window keeps working. React asks for a class here. */
export class ErrorBoundary extends Component<
  Props,
  { readonly error: unknown; readonly failed: boolean; readonly screen: string | undefined }
> {
  override state = { error: null, failed: false, screen: this.props.screen }

  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true }
  }

  static getDerivedStateFromProps(props: Props, state: { readonly screen: string | undefined }) {
    return props.screen === state.screen ? null : { screen: props.screen, error: null, failed: false }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    const { title, sentence } = presentError(this.state.error)
    const state = (
      <ErrorState title={title} sentence={sentence} actions={<Button onClick={() => window.location.reload()}>Reload</Button>} />
    )
    // A screen stands in the window's main region already, and a page has one.
    return this.props.screen === undefined ? <main style={{ padding: 24 }}>{state}</main> : state
  }
}
