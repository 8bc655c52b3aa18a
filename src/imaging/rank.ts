/** The n-th smallest of many numbers without sorting them all. */

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
