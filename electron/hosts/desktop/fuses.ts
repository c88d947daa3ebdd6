/**
 * SECURITY: switches burnt into Electron's program when it is packed. electron-builder.yml carries the same values
 * under `electronFuses`; a test holds the two together.
 */
export const fuseConfig = Object.freeze({
  /** ELECTRON_RUN_AS_NODE would turn the signed program into a Node that runs anything. */
  runAsNode: false,
  /** One-way: cookies written before would be unreadable after. There are none. */
  enableCookieEncryption: true,
  /** Also switches NODE_EXTRA_CA_CERTS off; a data source carries its own authorities instead. */
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  /** No V8 snapshot of ours is shipped. */
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
} as const)
