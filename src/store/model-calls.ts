/** Calls of language models by day, for reports: how many, what they cost, how long they took. */
import type { Clock, Sql } from '../ports.ts'

export interface ModelCall {
  readonly model: string
  readonly outcome: string
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
  /** Null where the price is not known. */
  readonly costUsd: number | null
  readonly durationMs: number
}

export function createModelCalls(sql: Sql, clock: Clock): (call: ModelCall) => Promise<void> {
  return async ({ model, outcome, usage, costUsd, durationMs }) => {
    await sql.query(
      `insert into model_calls as known values ($1::date, $2, $3, 1, $4, $5, $6, $7, $8::float8, $8::float8)
       on conflict (day, model, outcome) do update set calls = known.calls + 1,
         input_tokens = known.input_tokens + excluded.input_tokens,
         output_tokens = known.output_tokens + excluded.output_tokens, usd = known.usd + excluded.usd,
         unpriced = known.unpriced + excluded.unpriced, duration_ms = known.duration_ms + excluded.duration_ms,
         duration_ms_max = greatest(known.duration_ms_max, excluded.duration_ms_max)`,
      [
        clock.now().toISOString().slice(0, 10),
        model,
        outcome,
        usage.inputTokens,
        usage.outputTokens,
        costUsd ?? 0,
        costUsd === null ? 1 : 0,
        durationMs,
      ],
    )
  }
}
