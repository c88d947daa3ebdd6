/** Days as PostgreSQL counts them: by the Gregorian calendar, also before it was there. Pure. */

export const DAY_MICROSECONDS = 86_400_000_000

/** `year` 0 is 1 BC. Unlike Date's, the range ends at no year that PostgreSQL has (Hinnant, "days_from_civil"). */
export function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
