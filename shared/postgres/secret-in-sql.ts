/** SECURITY: statements that may hold a password are not kept in the history. Too many is right; too few is not. */
const maySay =
  /password|secret|passwd|pwd\b|passphrase|credential|(api|access)_?key|\bpgp_|\b(crypt|hmac)\s*\(|\bbearer\s|token\s*(=|\bto\b)|\b(from|to)\s+program\b|\b(create|alter)\s+(role|user|group)\b|user\s+mapping|\bdblink|create\s+subscription|alter\s+subscription|\bcreate\s+server\b|\balter\s+server\b|SCRAM-SHA-256\$|\bmd5[0-9a-f]{32}\b|:\/\/[^\s]*:[^\s]*@/i

export function mayHoldSecret(sql: string): boolean {
  // A comment can stand between two words, and an identifier in quotes is the same word.
  return maySay.test(sql) || maySay.test(sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, ' '))
}
