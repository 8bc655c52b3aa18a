/** How well wrong slices are found, slice by slice: what HERMES reports as anomaly detection, with what it leaves out. */
import { tableRow } from '../markdown.ts'
import { percent, shareText } from './numbers.ts'
import type { RefineRow, SliceRow } from './row.ts'

const THRESHOLDS = [0.7, 0.8, 0.9]
/** Share of wrong slices that a department may see; among masks made worse on purpose it is far higher. */
const PREVALENCE = 0.05

export function sliceTables(rows: readonly RefineRow[]): string[] {
  const providers = [...new Set(rows.map(({ provider }) => provider))]
  const known = providers.map((provider) => {
    const slices = rows.filter((row) => row.provider === provider).flatMap((row) => row.slices)
    return [provider, slices] as const
  })
  return [
    '| pseudo ground truth | slices wrong: Dice below | wrong | found (sensitivity) | right ones left alone (specificity) | accuracy | of 100 marked slices so many are wrong where 5 % are |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...known.flatMap(([provider, slices]) =>
      THRESHOLDS.map((threshold) => anomalyRow(provider, slices, threshold)),
    ),
    '',
    '| pseudo ground truth | slices that hold too much altogether: found | called so, wrongly | missing slices: found | called so, wrongly |',
    '| --- | --- | --- | --- | --- |',
    ...known.map(([provider, slices]) => aloneRow(provider, slices)),
    '',
  ]
}

function anomalyRow(provider: string, slices: readonly SliceRow[], threshold: number): string {
  const wrong = slices.filter(({ dice }) => dice < threshold)
  const right = slices.filter(({ dice }) => dice >= threshold)
  const found = wrong.filter(({ pseudoDice }) => pseudoDice < threshold).length
  const left = right.filter(({ pseudoDice }) => pseudoDice >= threshold).length
  const [sensitivity, specificity] = [found / wrong.length, left / right.length]
  const marked = sensitivity * PREVALENCE + (1 - specificity) * (1 - PREVALENCE)
  return tableRow([
    provider,
    threshold,
    wrong.length,
    shareText(found, wrong.length),
    shareText(left, right.length),
    percent((found + left) / slices.length),
    Math.round((100 * sensitivity * PREVALENCE) / marked),
  ])
}

/** Slices that only one of the two knows. */
function aloneRow(provider: string, slices: readonly SliceRow[]): string {
  const superfluous = slices.filter(({ inMask, inTruth }) => inMask && !inTruth)
  const sound = slices.filter(({ inMask, inTruth }) => inMask && inTruth)
  const missing = slices.filter(({ inMask, inTruth }) => !inMask && inTruth)
  const beyond = slices.filter(({ inMask, inTruth }) => !inMask && !inTruth)
  const count = (of: readonly SliceRow[], inPseudoTruth: boolean): number =>
    of.filter((slice) => slice.inPseudoTruth === inPseudoTruth).length
  return tableRow([
    provider,
    shareText(count(superfluous, false), superfluous.length),
    shareText(count(sound, false), sound.length),
    shareText(count(missing, true), missing.length),
    `${beyond.length} slices`,
  ])
}
