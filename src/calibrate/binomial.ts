/** Bounds on a share that was counted: exact ones (Clopper & Pearson, Biometrika 1934;26:404-413) and Wilson's. */

/** The share that `successes` of `trials` or fewer would still be seen of with probability 1 - `confidence`. */
export function upperBound(successes: number, trials: number, confidence = 0.95): number {
  if (successes >= trials) return 1
  return bisect((share) => atMost(successes, trials, share) > 1 - confidence)
}

/** The share above which `successes` or more would be seen with probability 1 - `confidence` at least. */
export function lowerBound(successes: number, trials: number, confidence = 0.95): number {
  return successes === 0 ? 0 : 1 - upperBound(trials - successes, trials, confidence)
}

/** How many trials bound the share by `shareMax` where `failures` of them fail. */
export function trialsNeeded(failures: number, shareMax: number, confidence = 0.95): number {
  let [low, high] = [failures, failures + 1]
  while (upperBound(failures, high, confidence) > shareMax) [low, high] = [high, high * 2]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (upperBound(failures, middle, confidence) > shareMax) low = middle
    else high = middle
  }
  return high
}

/** P(at most so many successes), of a share between 0 and 1 that is neither. */
export function atMost(successes: number, trials: number, share: number): number {
  let [sum, logChoose] = [0, 0]
  const [logYes, logNo] = [Math.log(share), Math.log1p(-share)]
  for (let n = 0; n <= successes; n++) {
    sum += Math.exp(logChoose + n * logYes + (trials - n) * logNo)
    logChoose += Math.log((trials - n) / (n + 1))
  }
  return sum
}

/** Where `isBelow`, true at first, turns false; 0..1. */
function bisect(isBelow: (value: number) => boolean): number {
  let [low, high] = [0, 1]
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return high
}

/** 95 %: quantile of the normal distribution. */
const Z = 1.959963984540054

interface Bounds {
  readonly low: number
  readonly high: number
}

/** Wilson's interval of a share, 95 %; the whole range without trials (J Am Stat Assoc 1927;22:209-212). */
export function wilson(successes: number, trials: number): Bounds {
  if (trials === 0) return { low: 0, high: 1 }
  const share = successes / trials
  const weight = (Z * Z) / trials
  const centre = (share + weight / 2) / (1 + weight)
  const half = (Z * Math.sqrt((share * (1 - share)) / trials + weight / (4 * trials))) / (1 + weight)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
