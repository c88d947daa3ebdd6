/** The one channel between the preload and the main process: it asks for a port, and carries it. */
export const PORT_CHANNEL = 'plumbline:port'
