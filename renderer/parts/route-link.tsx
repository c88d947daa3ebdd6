import { Anchor, type AnchorProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatRoute, type Route } from '#api/route.ts'

/** A link to a screen: a real anchor, so that it opens in a new tab as any other. For a button: `<Button component="a" href={formatRoute(route)}>`. */
export function RouteLink({ to, children, ...rest }: AnchorProps & { readonly to: Route; readonly children: ReactNode }) {
  return (
    <Anchor href={formatRoute(to)} fz="inherit" {...rest}>
      {children}
    </Anchor>
  )
}
