import { config } from 'zod'

/**
 * Imported for its effect, before the first schema is made: zod then checks without making functions from strings, which
 * the page's Trusted Types forbid and would report as an attempt (CSP `require-trusted-types-for 'script'`).
 */
config({ jitless: true })
