import type { ProofArea, ProofLevel, ReadAccess, RoleFinding, RoleProof } from '#shared/model/role-proof.ts'

/** The words of a role's proof, and the rows of its matrix. */

export const levelTitles: Readonly<Record<ProofLevel, string>> = { red: 'To mend', amber: 'Worth knowing', green: 'As it should be' }

export const areaTitles: Readonly<Record<ProofArea, string>> = {
  attributes: 'Attributes',
  memberships: 'Memberships',
  ownership: 'Ownership',
  writes: 'Writing',
  creating: 'Creating',
  functions: 'Functions',
  beyond: 'Beyond',
  probes: 'Tried',
  reading: 'Reading',
}

const accessSentences: Readonly<Record<ReadAccess, string>> = {
  all: 'All columns and rows can be read.',
  'some-columns': 'Some columns can be read.',
  'hidden-rows': 'Rows are hidden by row-level security.',
  none: 'Cannot be read, and is not a data asset.',
}

const order: Readonly<Record<ProofLevel, number>> = { red: 0, amber: 1, green: 2 }

/** Worst first. A table has one row: its finding where there is one. */
export function matrixRows(proof: RoleProof): readonly RoleFinding[] {
  const tables = proof.reads
    .filter(({ level }) => level === 'green')
    .map(({ schema, name, kind, access, level }): RoleFinding => {
      const subject = `${schema}.${name}`
      return { id: `table|${kind}|${subject}`, area: 'reading', level, subject, sentence: accessSentences[access], mend: [] }
    })
  return [...proof.findings, ...tables].toSorted((one, other) => order[one.level] - order[other.level])
}

/** Rows of one level (null: of all) that hold every word of the search. */
export function searchRows(rows: readonly RoleFinding[], search: string, level: ProofLevel | null): readonly RoleFinding[] {
  const words = search
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return rows.filter((row) => {
    if (level !== null && row.level !== level) return false
    const text = `${areaTitles[row.area]} ${row.subject} ${row.sentence}`.toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The findings that a script mends: the red ones, and the amber ones when they are wanted too. Trials point to what others mend. */
export function mendable(proof: RoleProof, withAmber: boolean): readonly RoleFinding[] {
  const wanted = (finding: RoleFinding) => finding.mend.length > 0 && (finding.level === 'red' || (withAmber && finding.level === 'amber'))
  return proof.findings.filter(wanted)
}

export function mendScript(findings: readonly RoleFinding[]): string {
  return [...new Set(findings.flatMap(({ mend }) => mend))].map((statement) => `${statement};`).join('\n')
}
