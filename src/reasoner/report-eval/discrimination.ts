/** Does an evaluator find errors that matter (discrimination) and let be what does not (robustness)? */
import type { Category, Evaluation } from './evaluation.ts'

export interface JudgedPair {
  readonly label: 'significant' | 'harmless'
  /** Of the error that was put in; null for harmless pairs, or where it is not known. */
  readonly category: Category | null
  /** Null: the evaluator gave no answer, which counts against it either way. */
  readonly evaluation: Evaluation | null
}

export interface Share {
  readonly count: number
  readonly of: number
}

export interface Balance {
  /** Pairs with a significant error in which at least one significant error was found. */
  readonly discrimination: Share
  /** ... and one of the right category, of those whose category is known. */
  readonly rightCategory: Share
  /** Harmless pairs without a significant error found. */
  readonly robustness: Share
  readonly unanswered: Share
}

/** Definitions: the two axes of arXiv 2510.00280, whose own equations are not public. */
export function balanceOf(pairs: readonly JudgedPair[]): Balance {
  const significant = pairs.filter(({ label }) => label === 'significant')
  const harmless = pairs.filter(({ label }) => label === 'harmless')
  const named = significant.filter(({ category }) => category !== null)
  return {
    discrimination: share(significant, ({ evaluation }) => found(evaluation).length > 0),
    rightCategory: share(named, ({ category, evaluation }) =>
      found(evaluation).some((error) => error.category === category),
    ),
    robustness: share(harmless, ({ evaluation }) => evaluation !== null && found(evaluation).length === 0),
    unanswered: share(pairs, ({ evaluation }) => evaluation === null),
  }
}

function found(evaluation: Evaluation | null): Evaluation['errors'] {
  return (evaluation?.errors ?? []).filter(({ isSignificant }) => isSignificant)
}

function share(pairs: readonly JudgedPair[], holds: (pair: JudgedPair) => boolean): Share {
  return { count: pairs.filter(holds).length, of: pairs.length }
}
