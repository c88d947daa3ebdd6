/**
 * What `npm run figures` tells and SECURITY.md shows, in this order. `by`: the file whose test writes the record, or the command that does.
 * `must`: the only value that keeps a promise. A figure that needs a part which not every computer has (a browser, a keychain) is not required.
 * @typedef {{ key: string, what: string, by: string, must?: number, required?: boolean }} Figure
 */

const canary = 'test/security/canary.test.ts'
const fuzz = 'test/security/hostile-fuzz.test.ts'
const guessing = 'test/security/web-access.test.ts'
const killed = 'test/integration/store-killed.test.ts'

const xss = 'test/e2e/hostile-names.spec.ts'
const vault = 'test/unit/vault-file.test.ts'
const vaultKilled = 'test/security/vault-killed.test.ts'
const secretMove = 'test/security/secret-move.test.ts'

/** @type {readonly Figure[]} */
export const figureList = [
  { key: 'canaryPlaces', what: 'Places searched for a password that went through every flow', by: canary, required: true },
  { key: 'canaryHits', what: 'Places where it was found', by: canary, required: true, must: 0 },
  { key: 'historyKills', what: 'Programs killed while they saved', by: killed, required: true },
  { key: 'historySaved', what: 'Savings that they had called done', by: killed, required: true },
  { key: 'historyLost', what: 'Of those, lost', by: killed, required: true, must: 0 },
  { key: 'historyTorn', what: 'Savings found in part', by: killed, required: true, must: 0 },
  {
    key: 'restoreDifferences',
    what: 'Restored backups that differed from what was backed up',
    by: 'test/integration/own-data.test.ts',
    required: true,
    must: 0,
  },
  {
    key: 'killPoints',
    what: 'Programs killed between two messages of a validation',
    by: 'test/integration/run-killed.test.ts',
    required: true,
  },
  {
    key: 'killViolations',
    what: 'Of those, whose run was then shown as more than interrupted',
    by: 'test/integration/run-killed.test.ts',
    required: true,
    must: 0,
  },
  {
    key: 'versionsMigrated',
    what: 'Earlier versions of the data file brought up to date',
    by: 'test/integration/store-versions.test.ts',
    required: true,
  },
  { key: 'diskFullDamaged', what: 'Data files damaged by a disk that was full', by: 'test/integration/disk-full.test.ts', must: 0 },
  {
    key: 'damageCases',
    what: 'Data files with a byte changed, cut off or blanked, each opened, set aside or refused with a sentence',
    by: 'test/integration/store-damage.test.ts',
    required: true,
  },
  {
    key: 'damageChangedRows',
    what: 'Of those, opened with a value that is another: SQLite keeps no checksums',
    by: 'test/integration/store-damage.test.ts',
    required: true,
  },
  {
    key: 'preferencesCases',
    what: 'Damaged files of preferences, each read or set aside',
    by: 'test/integration/store-damage.test.ts',
    required: true,
  },
  { key: 'hostileCases', what: 'Conversations with hostile servers', by: fuzz, required: true },
  { key: 'hostileCrashes', what: 'Of those, that ended the program', by: fuzz, required: true, must: 0 },
  { key: 'hostileHangs', what: 'Of those, that hung', by: fuzz, required: true, must: 0 },
  { key: 'tlsCells', what: 'Pairs of a server and an sslmode', by: 'test/integration/tls-matrix.test.ts', required: true },
  {
    key: 'tlsMismatches',
    what: 'Of those, treated otherwise than promised',
    by: 'test/integration/tls-matrix.test.ts',
    required: true,
    must: 0,
  },
  {
    key: 'killedBackends',
    what: 'Connections left on the server after the program was killed',
    by: 'test/security/killed.test.ts',
    required: true,
    must: 0,
  },
  { key: 'vaultBitFlips', what: 'Vaults with one bit turned', by: vault, required: true },
  { key: 'vaultBitFlipsAccepted', what: 'Of those, that opened', by: vault, required: true, must: 0 },
  { key: 'vaultTruncations', what: 'Vaults cut off, at every length, none of which opened', by: vault, required: true },
  { key: 'vaultKills', what: 'Programs killed while they wrote a vault', by: vaultKilled, required: true },
  { key: 'vaultKillsLost', what: 'Secrets lost by that', by: vaultKilled, required: true, must: 0 },
  { key: 'vaultKillsTorn', what: 'Vaults that did not open after it', by: vaultKilled, required: true, must: 0 },
  { key: 'secretMoveKills', what: 'Moves of secrets between places, ended before each of their steps', by: secretMove, required: true },
  { key: 'secretMoveLost', what: 'Secrets lost by such an end', by: secretMove, required: true, must: 0 },
  { key: 'keychainDataSources', what: 'Passwords kept in a real keychain at once, each read back', by: 'test/security/vault.test.ts' },
  { key: 'xssSurfaces', what: 'Places that show text from a database, looked at with attacks in all of it', by: xss },
  { key: 'xssExecutions', what: 'Attacks that ran there', by: xss, must: 0 },
  { key: 'xssPolicyViolations', what: "Attacks that the page's policy had to stop", by: xss, must: 0 },
  { key: 'contractFuzzCases', what: 'Random calls answered with a declared error', by: 'test/contract/fuzz.test.ts' },
  { key: 'webWrongTokens', what: 'Wrong keys and tokens tried on the web host', by: guessing },
  { key: 'webWrongTokensAccepted', what: 'Of those, accepted', by: guessing, must: 0 },
  {
    key: 'webTokenTimingSpreadPercent',
    what: 'How much longer a token takes of which only the last letter is wrong, in percent',
    by: guessing,
  },
  { key: 'webSocketsHeldMb', what: 'Memory that 2,000 slow senders took of the web host, in MB', by: 'test/security/web-process.test.ts' },
  {
    key: 'offlineConnectionsElsewhere',
    what: 'Connections to anything but the database, from start to end',
    by: 'test/security/offline.test.ts',
    must: 0,
  },
  { key: 'passed', what: 'Tests passed', by: 'npm test', required: true },
  { key: 'failed', what: 'Tests failed', by: 'npm test', required: true, must: 0 },
  { key: 'skips', what: 'Tests skipped because this computer lacks what they need', by: 'npm test', required: true },
]
