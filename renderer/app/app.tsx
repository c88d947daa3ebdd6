import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { queryClient } from '#api/query-client.ts'
import { PasswordPromptProvider } from '#parts/password-prompt.tsx'
import { ConfirmProvider } from '#ui/confirm.tsx'
import { styleNonce } from '#ui/style-nonce.ts'
import { cssVariables, theme } from '#ui/theme.ts'
import { ConnectionGate } from './connection-gate.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Looks } from './looks.tsx'
import { Shell } from './shell.tsx'

/** Everything that every screen stands on. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <ErrorBoundary>
        <QueryClientProvider client={queryClient}>
          {/* Above the status bar, which says what runs. */}
          <Notifications position="bottom-right" containerWidth={400} mb={28} />
          <ConnectionGate>
            <Looks />
            <ConfirmProvider>
              <PasswordPromptProvider>
                <Shell />
              </PasswordPromptProvider>
            </ConfirmProvider>
          </ConnectionGate>
        </QueryClientProvider>
      </ErrorBoundary>
    </MantineProvider>
  )
}
