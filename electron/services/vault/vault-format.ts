import { createCipheriv, createDecipheriv, hkdf, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * The bytes of the vault file: a header in clear, then secrets sealed with a key that only the passphrase gives. Every byte
 * is covered by the tag, the header as additional data, so that a file with one bit changed does not open.
 */

/** What deriving the key costs, as scrypt takes it (RFC 7914): memory is 128 · r · (N + p) bytes. */
export interface KeyCost {
  /** N = 2 ^ logN. */
  readonly logN: number
  readonly r: number
  readonly p: number
}

/** 128 MiB, and 0.5 to 1 s on a laptop. */
export const keyCost: KeyCost = { logN: 17, r: 8, p: 1 }

export interface VaultHeader {
  readonly cost: KeyCost
  readonly salt: Buffer
  /** Counts writes, from 1. */
  readonly generation: number
}

const MAGIC = Buffer.from('PLMBVLT1', 'latin1')
const SCRYPT = 1
const SALT_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const NONCE_AT = MAGIC.length + 1 + 1 + 4 + 4 + 8 + SALT_BYTES
export const HEADER_BYTES = NONCE_AT + NONCE_BYTES
/** Thousands of secrets. What is larger was not written by us. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024

/** SECURITY: a file may not ask for more: 256 MiB, and some seconds. Nor may it name a cost that scrypt cannot take. */
const MAX_KEY_MEMORY_BYTES = 256 * 1024 * 1024
const MAX_KEY_WORK = 2 ** 22

/** null: not a vault of ours, or one that asks for more than is given. Reads the header only, and derives nothing. */
export function readHeader(file: Buffer): VaultHeader | null {
  if (file.length < HEADER_BYTES + TAG_BYTES || file.length > MAX_FILE_BYTES) return null
  if (!file.subarray(0, MAGIC.length).equals(MAGIC) || file.readUInt8(8) !== SCRYPT) return null
  const cost = { logN: file.readUInt8(9), r: file.readUInt32BE(10), p: file.readUInt32BE(14) }
  const generation = Number(file.readBigUInt64BE(18))
  if (!isAffordable(cost) || !Number.isSafeInteger(generation)) return null
  return { cost, salt: Buffer.from(file.subarray(26, 26 + SALT_BYTES)), generation }
}

export function isAffordable({ logN, r, p }: KeyCost): boolean {
  // RFC 7914, section 2: N is below 2 ^ (128 · r / 8).
  if (logN < 1 || logN > 20 || logN >= 16 * r || r < 1 || p < 1) return false
  return 128 * r * (2 ** logN + p) <= MAX_KEY_MEMORY_BYTES && 2 ** logN * r * p <= MAX_KEY_WORK
}

export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES)
}

/** The key of the seal, 32 bytes; whoever has it fills it with zeros in the end. On libuv's threads, so that nothing waits meanwhile. */
export async function deriveKey(passphrase: string, { cost, salt }: Pick<VaultHeader, 'cost' | 'salt'>): Promise<Buffer> {
  // The same text typed on another system may be composed otherwise.
  const given = Buffer.from(passphrase.normalize('NFKC'), 'utf8')
  const N = 2 ** cost.logN
  // Node's own limit of 32 MiB is below the cost. Beside the blocks, scrypt takes 128 · r · (p + 2) bytes.
  const maxmem = 128 * N * cost.r + 128 * cost.r * (cost.p + 2) + 1024
  const stretched = await scryptKey(given, salt, 32, { N, r: cost.r, p: cost.p, maxmem })
  try {
    return Buffer.from(await hkdfKey('sha256', stretched, Buffer.alloc(0), 'plumbline vault 1 seal', 32))
  } finally {
    given.fill(0)
    stretched.fill(0)
  }
}

/** A whole file. Its nonce is fresh each time, so that no two files share one under the same key. */
export function seal(plain: Buffer, key: Buffer, { cost, salt, generation }: VaultHeader): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header)
  header.writeUInt8(SCRYPT, 8)
  header.writeUInt8(cost.logN, 9)
  header.writeUInt32BE(cost.r, 10)
  header.writeUInt32BE(cost.p, 14)
  header.writeBigUInt64BE(BigInt(generation), 18)
  salt.copy(header, 26)
  const nonce = randomBytes(NONCE_BYTES)
  nonce.copy(header, NONCE_AT)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(header)
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** null: the key is not that of the file, or a byte of it is not as it was written. */
export function open(file: Buffer, key: Buffer): Buffer | null {
  if (readHeader(file) === null) return null
  const decipher = createDecipheriv('aes-256-gcm', key, file.subarray(NONCE_AT, HEADER_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(file.subarray(0, HEADER_BYTES))
  decipher.setAuthTag(file.subarray(file.length - TAG_BYTES))
  const plain = decipher.update(file.subarray(HEADER_BYTES, file.length - TAG_BYTES))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return null
  } finally {
    plain.fill(0)
  }
}

const scryptKey = promisify<string | Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)
const hkdfKey = promisify(hkdf)
