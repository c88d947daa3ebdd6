/** A name for a new asset that no other has: the relation's; with its schema, with its data source, or with a number where that is taken. */
export function assetName(
  relation: { readonly schema: string; readonly name: string },
  dataSourceName: string,
  isTaken: (name: string) => boolean,
): string {
  const qualified = `${relation.schema}.${relation.name}`
  for (const name of [relation.name, qualified, `${dataSourceName}.${qualified}`]) {
    if (!isTaken(name)) return name
  }
  for (let number = 2; ; number += 1) {
    const name = `${dataSourceName}.${qualified} (${number})`
    if (!isTaken(name)) return name
  }
}
