/** SECURITY: statements that may hold a password are not kept in the history. Too many is right; too few is not. */
const maySay =
  /password|secret|passwd|pwd\b|passphrase|credential|(api|access)_?key|\bpgp_|\b(crypt|hmac)\s*\(|private\s+key|\bbearer\s|\bbasic\s+[\w+/]{8}|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\beyJ[\w-]{8,300}\.|\bgh[opsu]_\w{16}|\b[sr]k_live_|token\s*(=|\bto\b)|\b(from|to)\s+program\b|\b(create|alter)\s+(role|user|group)\b|user\s+mapping|\bdblink|create\s+subscription|alter\s+subscription|\bcreate\s+server\b|\balter\s+server\b|SCRAM-SHA-256\$|\bmd5[0-9a-f]{32}\b|:\/\/[^\s:@]{0,300}:[^\s@]{1,600}@/i

/** Takes time in proportion to the text: it may be megabytes of one line, and it is asked at each pause of typing. */
export function mayHoldSecret(sql: string): boolean {
  // A comment can stand between two words, and an identifier in quotes is the same word.
  return maySay.test(sql) || maySay.test(withoutComments(sql))
}

/** Comments in comments as well. What stands in quotes is looked at like the rest: it may be a statement. */
function withoutComments(sql: string): string {
  let depth = 0
  let result = ''
  let from = 0
  for (const { 0: mark, index } of sql.matchAll(/\/\*|\*\/|--[^\r\n]*/g)) {
    if (mark === '*/' && depth === 0) continue
    if (depth === 0) result += `${sql.slice(from, index)} `
    if (mark === '/*') depth += 1
    else if (mark === '*/') depth -= 1
    from = index + mark.length
  }
  return depth === 0 ? result + sql.slice(from) : result
}
