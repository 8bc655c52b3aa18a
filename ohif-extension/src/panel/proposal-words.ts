/** What a proposal changes, as people read it. */
import type { SegmentResult } from '../../../src/domain/case.ts'
import type { PromptKind, PseudoDice, SegmentCorrection } from '../../../src/domain/correction.ts'
import type { CorrectionDecision, Review } from '../../../src/domain/review.ts'
import { figureText, quantityText } from './quantity.ts'
import { counted } from './words.ts'

interface Fact {
  readonly name: string
  readonly value: string
}

const PROMPTS: Readonly<Record<PromptKind, string>> = {
  box: 'a box',
  scribbles: 'scribbles along outlines',
  clicks: 'clicks',
}

export const DECISIONS: Readonly<Record<CorrectionDecision, string>> = {
  taken: 'took the proposal',
  kept: 'kept the original',
}

/** Only what is known: a segment that could not be refined has no numbers. */
export function factsOf(correction: SegmentCorrection, segment: SegmentResult): Fact[] {
  const { before, after, iterations, model, prompt, pseudoTruth } = correction
  const told = prompt === null ? '' : `, told by ${PROMPTS[prompt]}`
  return [
    { name: 'Volume', value: volumeText(correction, segment) },
    {
      name: 'Pseudo-Dice',
      value:
        before === null || after === null
          ? ''
          : `${before.mean.toFixed(2)} before, ${after.mean.toFixed(2)} after${spreadText(after)}: agreement with ${truthText(pseudoTruth)}`,
    },
    { name: 'Made by', value: model === null ? '' : `${model}${told}, ${counted(iterations, 'iteration')}` },
    { name: 'Editing saved', value: editingText(correction) },
  ].filter(({ value }) => value !== '')
}

const TRUTHS: Readonly<Record<string, string>> = {
  image: 'what the image suggests',
  'second-segmentation': 'another segmentation of it',
}

/** By its id where it is a model. */
function truthText(pseudoTruth: string | null): string {
  return TRUTHS[pseudoTruth ?? ''] ?? pseudoTruth ?? 'a pseudo ground truth'
}

/** `+12.3 cm³ (812.4 → 824.7 cm³)`. */
function volumeText({ volumeChangeCm3 }: SegmentCorrection, { evidence }: SegmentResult): string {
  if (volumeChangeCm3 === null) return ''
  const change = `${volumeChangeCm3 > 0 ? '+' : ''}${quantityText(volumeChangeCm3, 'cm3')}`
  const was = evidence.find(({ name, unit }) => name === 'volume' && unit === 'cm3')?.value
  if (was === undefined) return change
  return `${change} (${figureText(was)} → ${quantityText(was + volumeChangeCm3, 'cm3')})`
}

function spreadText({ min, max }: PseudoDice): string {
  return min === max ? '' : ` (${min.toFixed(2)} to ${max.toFixed(2)})`
}

/** Rounded: nobody draws to a tenth of a millimetre. */
function editingText({ addedPathMm, erasedPathMm }: SegmentCorrection): string {
  if (addedPathMm === null || erasedPathMm === null) return ''
  return `${quantityText(Math.round(addedPathMm), 'mm')} of outline to draw, ${quantityText(Math.round(erasedPathMm), 'mm')} to erase`
}

/** What each reader decided last on the proposal for the segment, in the order that they came. */
export function decisionsOn(reviews: readonly Review[], segmentNumber: number): Review[] {
  const decided = reviews.filter((review) => review.segment === segmentNumber && review.correction !== null)
  return decided.filter(
    (review, index) => !decided.slice(index + 1).some((later) => later.reader.id === review.reader.id),
  )
}
