/** What may be spent, per case and per day. Booked before a request leaves, corrected when its answer says what it cost. */
import type { Clock, ModelAmount, ModelSpending } from '../ports.ts'
import type { ChatAnswer } from './chat.ts'
import type { ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'

type Limits = Pick<ModelConfig, 'tokensPerCaseMax' | 'tokensPerDayMax' | 'usdPerCaseMax' | 'usdPerDayMax'>
export type Usage = NonNullable<ChatAnswer['usage']>
/** Null: not known. */
export type PriceOf = (usage: Usage) => number | null

export interface Booking {
  /** What it really was. A booking that is never settled stays: what a lost answer cost is not known. */
  settle(usage: Usage): Promise<void>
}

export interface Budget {
  /** Throws ModelError('case-budget' | 'day-budget') and books nothing where the limits would be exceeded. */
  book(most: Usage, priceOf: PriceOf): Promise<Booking>
}

/** Of one case. Days are UTC. */
export function createCaseBudget(limits: Limits, spending: ModelSpending, clock: Clock): Budget {
  let spent: ModelAmount = { tokens: 0, usd: 0 }
  return {
    async book(most, priceOf) {
      const booked = amountOf(most, priceOf)
      const wanted = sum(spent, booked)
      if (exceeds(wanted, { tokens: limits.tokensPerCaseMax, usd: limits.usdPerCaseMax }))
        throw spentFor('case')
      // Before anything is waited for: requests of one case run side by side.
      spent = wanted
      const day = clock.now().toISOString().slice(0, 10)
      const ofDay = { tokens: limits.tokensPerDayMax, usd: limits.usdPerDayMax }
      const isBooked = await spending.book(day, booked, ofDay)
      if (!isBooked) {
        spent = sum(spent, booked, -1)
        throw spentFor('day')
      }
      return {
        async settle(usage) {
          const difference = sum(amountOf(usage, priceOf), booked, -1)
          spent = sum(spent, difference)
          await spending.correct(day, difference)
        },
      }
    },
  }
}

/** Spending that this process alone knows of: for a single command without a database. */
export function createMemorySpending(): ModelSpending {
  const days = new Map<string, ModelAmount>()
  const of = (day: string) => days.get(day) ?? { tokens: 0, usd: 0 }
  return {
    async book(day, amount, limit) {
      const wanted = sum(of(day), amount)
      if (exceeds(wanted, limit)) return false
      days.set(day, wanted)
      return true
    },
    async correct(day, difference) {
      days.set(day, sum(of(day), difference))
    },
  }
}

function amountOf(usage: Usage, priceOf: PriceOf): ModelAmount {
  return { tokens: usage.inputTokens + usage.outputTokens, usd: priceOf(usage) ?? 0 }
}

function sum(a: ModelAmount, b: ModelAmount, sign = 1): ModelAmount {
  return { tokens: a.tokens + sign * b.tokens, usd: a.usd + sign * b.usd }
}

function exceeds(amount: ModelAmount, limit: { tokens: number; usd: number | null }): boolean {
  return amount.tokens > limit.tokens || (limit.usd !== null && amount.usd > limit.usd)
}

function spentFor(what: 'case' | 'day'): ModelError {
  const message = `The language model was not asked: this ${what} would cost more than is allowed.`
  return new ModelError(`${what}-budget`, message)
}
