/** How long events are kept at least, whatever is set: six months (Regulation (EU) 2024/1689, Art. 19 and 26(6)). */
const MONTHS_MIN = 6

/** What happened after this may not be deleted at `now`: six calendar months, as migration 009 says it to the database. */
export function retentionFloorOf(now: Date): Date {
  const floor = new Date(now)
  floor.setUTCMonth(floor.getUTCMonth() - MONTHS_MIN)
  // A month that is shorter: its last day, as PostgreSQL counts.
  if (floor.getUTCDate() !== now.getUTCDate()) floor.setUTCDate(0)
  return floor
}
