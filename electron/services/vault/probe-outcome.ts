import type { VaultStatus } from '#shared/model/app.ts'

/** What a try of the keychain came to, in our words. The one place that reads texts of a keychain. */

export type ProbeWord = VaultStatus['probe']

/** What the trying process reports; `step` is where it ended. */
export type ProbeReport =
  | { readonly step: 'done'; readonly equal: boolean }
  | { readonly step: 'load'; readonly code: string }
  | { readonly step: 'write' | 'read' | 'delete'; readonly text: string }
  | { readonly step: 'crashed' }
  | { readonly step: 'timeout' }

export function toProbeWord(report: ProbeReport): ProbeWord {
  switch (report.step) {
    case 'done':
      return report.equal ? 'ok' : 'mismatch'
    case 'load':
      return 'absent'
    case 'crashed':
      return 'damaged'
    case 'timeout':
      return 'timeout'
    default:
      return fromText(report.text)
  }
}

/** Also used for a call that fails later on. What no line knows was refused by the keychain for a reason of its own. */
export function fromText(text: string): ProbeWord {
  return libsecretTexts.find(([pattern]) => pattern.test(text))?.[1] ?? 'denied'
}

/** The whole of it, in words. */
export function describe(facts: Omit<VaultStatus, 'mode' | 'sentence' | 'remedy'>): VaultStatus {
  const { chosen, probe, vault } = facts
  if (chosen === 'os-keychain') {
    const [sentence, remedy] = words[probe]
    return { ...facts, mode: probe === 'ok' ? 'os-keychain' : 'session-only', sentence, remedy }
  }
  const [sentence, remedy] = chosen === 'vault' ? vaultWords[vault] : [`${MEMORY}, as you chose.`, null]
  return { ...facts, mode: chosen, sentence, remedy }
}

/** Why a secret that is in the keychain is not at hand, whatever was chosen for those to come. */
export function describeKeychain({ probe }: Pick<VaultStatus, 'probe'>): string {
  return words[probe][0].replace(MEMORY, 'The keychain cannot be read')
}

/**
 * libsecret hands keytar a text and no code, so these are told apart by text: the parts that GDBus itself writes, which
 * are the same in every language, and where it has none, the English (the trying process runs with LC_ALL=C).
 */
const libsecretTexts: readonly (readonly [RegExp, ProbeWord])[] = [
  [/autolaunch|dbus-launch|Could not connect/i, 'no-bus'],
  [/ServiceUnknown|org\.freedesktop\.secrets was not provided|Spawn\.ServiceNotFound/, 'no-service'],
  // A daemon that ends while starting, for example over a damaged keyring file, leaves its signal or no answer at all.
  [/received signal|Spawn\.Child|NoReply|message bus without replying|Remote peer disconnected|connection is closed/i, 'damaged'],
  // No collection at all is a keyring that was never unlocked once.
  [/IsLocked|locked collection|\/org\/freedesktop\/secrets\/(collection|aliases)\/|UnknownObject|NoSuchObject|dismissed/i, 'locked'],
]

const MEMORY = 'Passwords are kept in memory until Plumbline ends'

const words: Readonly<Record<ProbeWord, readonly [string, string | null]>> = {
  ok: ['Passwords are saved in the keychain of this computer.', null],
  'not-probed': [`${MEMORY}: the keychain of this computer was not tried yet.`, null],
  absent: [
    `${MEMORY}: the part that speaks to the keychain is not installed.`,
    'On Linux, install libsecret (libsecret-1-dev on Debian and Ubuntu), then start Plumbline again.',
  ],
  'no-bus': [
    `${MEMORY}: no desktop session (D-Bus) was found, so the keychain cannot be reached.`,
    'Start Plumbline within a desktop session, or under dbus-run-session with a keyring.',
  ],
  'no-service': [
    `${MEMORY}: no program here offers a keychain (Secret Service).`,
    'Install and start GNOME Keyring, KeePassXC or KWallet, then try again.',
  ],
  locked: [`${MEMORY}: the keychain is locked.`, 'Unlock it, or log in to it once, then try again.'],
  denied: [`${MEMORY}: the keychain refused.`, 'Allow Plumbline to use it in its settings, then try again.'],
  damaged: [`${MEMORY}: the keychain stopped while answering.`, 'Start it again; if that does not help, its file may be damaged.'],
  timeout: [
    `${MEMORY}: the keychain did not answer in time.`,
    'It may be waiting for its password in another window. Unlock it, then try again.',
  ],
  mismatch: [`${MEMORY}: the keychain did not give back what was written to it.`, 'Look at its settings, then try again.'],
}

const vaultWords: Readonly<Record<VaultStatus['vault'], readonly [string, string | null]>> = {
  unlocked: ['Passwords are saved in the vault, a file that only your passphrase opens. It is unlocked.', null],
  locked: ['Passwords are saved in the vault, a file that only your passphrase opens. It is locked.', 'Unlock it with its passphrase.'],
  none: ['The vault was chosen, and its file is not there.', 'Make a new vault, or choose another place for passwords.'],
}
