/** Which types have an order that is known here, by their numbers, which never change (pg_type.dat). */
export type ValueKind = 'number' | 'float' | 'money' | 'boolean' | 'date' | 'timestamp' | 'timetz' | 'interval' | 'text' | 'other'

export function kindOf(typeOid: number): ValueKind {
  return kinds.get(typeOid) ?? 'other'
}

/** Their values can be added up. */
export function isNumeric(kind: ValueKind): boolean {
  return kind === 'number' || kind === 'float'
}

const kinds: ReadonlyMap<number, ValueKind> = new Map<number, ValueKind>([
  // int8, int2, int4, oid, numeric
  ...[20, 21, 23, 26, 1700].map((oid) => [oid, 'number'] as const),
  [700, 'float'],
  [701, 'float'],
  [790, 'money'],
  [16, 'boolean'],
  [1082, 'date'],
  [1114, 'timestamp'],
  [1184, 'timestamp'],
  [1266, 'timetz'],
  [1186, 'interval'],
  // Of time, uuid, bytea in hex and macaddr, the text has the order of the values.
  ...[1083, 2950, 17, 829].map((oid) => [oid, 'text'] as const),
  // text, varchar, char(n), "char", name, unknown
  ...[25, 1043, 1042, 18, 19, 705].map((oid) => [oid, 'text'] as const),
])
