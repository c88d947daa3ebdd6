/**
 * What `npm run figures` tells and SECURITY.md shows, in this order. `by`: the file whose test writes the record, or the command that does.
 * `must`: the only value that keeps a promise. A figure that needs a part which not every computer has (a browser, a keychain) is not required.
 * @typedef {{ key: string, what: string, by: string, must?: number, required?: boolean }} Figure
 */

const canary = 'test/security/canary.test.ts'
const fuzz = 'test/security/hostile-fuzz.test.ts'
const killed = 'test/integration/store-killed.test.ts'

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
  { key: 'passed', what: 'Tests passed', by: 'npm test', required: true },
  { key: 'failed', what: 'Tests failed', by: 'npm test', required: true, must: 0 },
  { key: 'skips', what: 'Tests skipped because this computer lacks what they need', by: 'npm test', required: true },
]
