/** Isotonic regression by pooling adjacent violators (Ayer et al., Ann Math Stat 1955;26:641-647). */

export interface Isotonic {
  /** Scores, ascending. */
  readonly from: readonly number[]
  /** What they stand for, ascending: linear between, level beyond. */
  readonly to: readonly number[]
}

interface Block {
  low: number
  high: number
  sum: number
  count: number
}

/** The ascending steps nearest to the labels; a block of the same value keeps its two ends. */
export function fitIsotonic(pairs: readonly { readonly score: number; readonly label: 0 | 1 }[]): Isotonic {
  const blocks: Block[] = []
  for (const { score, label } of pairs.toSorted((a, b) => a.score - b.score)) {
    const last = blocks.at(-1)
    if (last !== undefined && last.high === score) {
      last.sum += label
      last.count++
    } else blocks.push({ low: score, high: score, sum: label, count: 1 })
    mergeViolators(blocks)
  }
  const from: number[] = []
  const to: number[] = []
  for (const { low, high, sum, count } of blocks) {
    from.push(low)
    to.push(sum / count)
    if (high > low) {
      from.push(high)
      to.push(sum / count)
    }
  }
  return { from, to }
}

function mergeViolators(blocks: Block[]): void {
  for (;;) {
    const [before, last] = [blocks.at(-2), blocks.at(-1)]
    if (before === undefined || last === undefined) return
    if (before.sum * last.count < last.sum * before.count) return
    before.high = last.high
    before.sum += last.sum
    before.count += last.count
    blocks.pop()
  }
}
