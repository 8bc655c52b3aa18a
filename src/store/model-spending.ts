/** What language models have cost, by day. */
import type { ModelSpending, Sql } from '../ports.ts'

/** Of processes that book at the same time, none can exceed the limit: comparing and booking are one statement. */
export function createModelSpending(sql: Sql): ModelSpending {
  return {
    async book(day, { tokens, usd }, limit) {
      const booked = await sql.query(
        `insert into model_spending as booked (day, tokens, usd)
         select $1::date, $2::int8, $3::float8
         where $2::int8 <= $4::int8 and ($5::float8 is null or $3::float8 <= $5::float8)
         on conflict (day) do update set tokens = booked.tokens + excluded.tokens, usd = booked.usd + excluded.usd
         where booked.tokens + excluded.tokens <= $4::int8
           and ($5::float8 is null or booked.usd + excluded.usd <= $5::float8)
         returning day`,
        [day, tokens, usd, limit.tokens, limit.usd],
      )
      return booked.length > 0
    },
    async correct(day, { tokens, usd }) {
      await sql.query('update model_spending set tokens = tokens + $2, usd = usd + $3 where day = $1', [
        day,
        tokens,
        usd,
      ])
    },
  }
}
