import '#shared/without-code-generation.ts'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import '#ui/base.css'
import { createRoot } from 'react-dom/client'
import { connection } from '#api/client.ts'
import { followServices } from '#api/live.ts'
import { queryClient } from '#api/query-client.ts'
import { App } from '#app/app.tsx'
import { tellOfLostPreferences } from '#app/lost-preferences.ts'
import { giveNonceToScrollLock } from '#ui/nonce-for-scroll-lock.ts'
import { installTrustedTypes } from '#ui/trusted-types.ts'

// First, because it is the only way by which style tags can be written.
installTrustedTypes()
giveNonceToScrollLock()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element #root.')

void connection.start()
followServices(queryClient)
tellOfLostPreferences(queryClient)
createRoot(root).render(<App />)
