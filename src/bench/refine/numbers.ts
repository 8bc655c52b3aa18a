/** Figures of `plumbline bench refine`, with what they are worth, as text. */
import { wilson } from '../../calibrate/binomial.ts'
import { seededRandom } from '../../phantom/random.ts'

const DRAWS = 1000
const SEED = 1

interface Pair {
  /** Masks of one image hang together: intervals are made by drawing images. */
  readonly image: number
  readonly x: number
  readonly y: number
}

/** Pearson's r with a 95 % interval from a bootstrap of images; `-` of fewer than three images. */
export function correlationText(pairs: readonly Pair[]): string {
  const images = [...new Set(pairs.map(({ image }) => image))]
  const of = new Map(images.map((image) => [image, pairs.filter((pair) => pair.image === image)]))
  const r = pearson(pairs)
  if (images.length < 3) return `${r.toFixed(2)} (${images.length} images: no interval)`
  const random = seededRandom(SEED)
  const drawn = Array.from({ length: DRAWS }, () => {
    const picked = images.flatMap(() => of.get(images[Math.floor(random() * images.length)] ?? 0) ?? [])
    return pearson(picked)
  }).toSorted((a, b) => a - b)
  const at = (share: number): string => (drawn[Math.floor(share * (DRAWS - 1))] ?? NaN).toFixed(2)
  return `${r.toFixed(2)} (${at(0.025)} to ${at(0.975)})`
}

function pearson(pairs: readonly Pair[]): number {
  const [x, y] = [mean(pairs.map((pair) => pair.x)), mean(pairs.map((pair) => pair.y))]
  const sum = (of: (pair: Pair) => number): number => pairs.reduce((total, pair) => total + of(pair), 0)
  return (
    sum((pair) => (pair.x - x) * (pair.y - y)) /
    Math.sqrt(sum((pair) => (pair.x - x) ** 2) * sum((pair) => (pair.y - y) ** 2))
  )
}

export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

export function diceText(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3)
}

export function shareText(count: number, of: number): string {
  if (of === 0) return '-'
  const { low, high } = wilson(count, of)
  return `${count} of ${of} (${percent(low)} to ${percent(high)})`
}

export function percent(value: number): string {
  return `${Math.round(100 * value)} %`
}
