/** What only depends on the order of numbers. */

/**
 * The value that stands at `rank` (from 0) once `values` are sorted; 0 of nothing. Hoare's selection with the middle value
 * as pivot: expected time grows with the number of values. NaN is not allowed.
 */
export function valueAtRank(values: Float32Array, rank: number): number {
  const left = Float32Array.from(values)
  let [low, high] = [0, left.length - 1]
  while (low < high) {
    const pivot = left[(low + high) >> 1] ?? 0
    let [i, j] = [low, high]
    while (i <= j) {
      while ((left[i] ?? pivot) < pivot) i++
      while ((left[j] ?? pivot) > pivot) j--
      if (i > j) break
      const swapped = left[i] ?? 0
      left[i++] = left[j] ?? 0
      left[j--] = swapped
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else break
  }
  return left[rank] ?? 0
}

/** P(a value of the first > one of the second), ties half: Mann-Whitney U over the number of pairs, of two ascending lists. */
export function areaUnderCurve(first: Float32Array, second: Float32Array): number {
  let [below, notAbove, sum] = [0, 0, 0]
  for (const value of first) {
    while (below < second.length && (second[below] ?? 0) < value) below++
    while (notAbove < second.length && (second[notAbove] ?? 0) <= value) notAbove++
    sum += (below + notAbove) / 2
  }
  return sum / (first.length * second.length)
}
