import { APP_SCHEME } from '#shared/model/names.ts'
import type { WireOpener } from './connection.ts'
import { portOpener } from './desktop-port.ts'
import { WebSession } from './web-session.ts'

/** Desktop pages get a message port from the preload, web pages open a socket. */
export function openWireFor(location: Location): WireOpener {
  return location.protocol === `${APP_SCHEME}:` ? portOpener(window) : new WebSession(window)
}
