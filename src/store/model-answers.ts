/** Answers of language models, kept so that the same question is not paid for twice. */
import { PlumblineError } from '../errors.ts'
import type { Clock, ModelAnswers, Sql } from '../ports.ts'

export interface ModelAnswersLimits {
  /** Of all answers together; the oldest go first. 0 keeps none. */
  readonly cacheBytesMax: number
  readonly cacheDaysMax: number
}

const DAY_MS = 86_400_000

export function createModelAnswers(sql: Sql, clock: Clock, limits: ModelAnswersLimits): ModelAnswers {
  const oldest = () => new Date(clock.now().getTime() - limits.cacheDaysMax * DAY_MS)
  return {
    async get(digest) {
      const [row] = await sql.query<{ text: string; model: string }>(
        'select answer as text, model from model_answers where digest = $1 and kept_at >= $2',
        [digest, oldest()],
      )
      return row ?? null
    },
    async put(digest, { text, model }) {
      await sql.query(
        `insert into model_answers (digest, model, answer, bytes, kept_at) values ($1, $2, $3, $4, $5)
         on conflict (digest) do update set
           model = excluded.model, answer = excluded.answer, bytes = excluded.bytes, kept_at = excluded.kept_at`,
        [digest, model, text, Buffer.byteLength(text), clock.now()],
      )
      await sql.query(
        `delete from model_answers where kept_at < $1 or digest in (
           select digest from (
             select digest, sum(bytes) over (order by kept_at desc, digest) as total from model_answers) sized
           where total > $2)`,
        [oldest(), limits.cacheBytesMax],
      )
    },
  }
}

/** Answers that are kept already, and no others: for one that is not, `onMissed` is called and nobody is asked. */
export function keptAnswersOnly(answers: ModelAnswers | null, onMissed: () => void): ModelAnswers {
  return {
    async get(digest) {
      const kept = (await answers?.get(digest)) ?? null
      if (kept !== null) return kept
      onMissed()
      throw new PlumblineError('model-unavailable', 'The answer of the language model is no longer kept.')
    },
    put: async () => {},
  }
}
