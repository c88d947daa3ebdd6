/**
 * The second net for what is logged. The first is that log fields are typed and no call passes a secret; this catches what
 * a foreign message might quote: connection strings, passwords in SQL or parameters, password verifiers.
 */
export function redact(text: string): string {
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s/:@]*):[^\s/]*@/g, '$1:[redacted]@'],
  [/\b(password|passphrase|passwd|pwd|secret|token|key)(["']?\s*[=:]\s*)("[^"]*"|'(?:[^']|'')*'|[^\s,;&)}]+)/gi, '$1$2[redacted]'],
  [/\b(password)(\s+)(E?'(?:[^']|'')*')/gi, '$1$2[redacted]'],
  [/SCRAM-SHA-256\$[^\s'"]+/g, '[redacted]'],
  [/\bmd5[0-9a-f]{32}\b/g, '[redacted]'],
  [/\b(Bearer|ticket\.)(\s*)[\w-]{16,}/g, '$1$2[redacted]'],
  [/#k=[\w-]+/g, '#k=[redacted]'],
]
