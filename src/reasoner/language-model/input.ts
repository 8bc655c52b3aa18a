/** What a language model may be told about one segment. Nothing here is free text from DICOM. */
import type { DrawnFigure } from '../../domain/figure.ts'
import type { Code, Laterality } from '../../domain/code.ts'
import type { Evidence, Finding } from '../../domain/evidence.ts'
import type { Structure } from '../../domain/knowledge.ts'
import type { Opinion, Score } from '../../domain/opinion.ts'

/** Another outline on the same image whose quality is known beside that of the segment, and the segment drawn in the same way. */
export interface Anchor {
  /** For the reader of the opinion: `a copy shifted by 10 mm`. Never sent. */
  readonly text: string
  /** The best score that is left when the segment is found no better than this, or worse than this. */
  readonly scoreIfEqual: Score
  readonly scoreIfWorse: Score
  /** Should the segment be found better, if it is right? Then to find it no better is to have seen nothing: a person looks. */
  readonly isWorse: boolean
  readonly figure: DrawnFigure
  readonly own: DrawnFigure
}

export interface ReasoningInput {
  readonly structure: Structure | null
  /** As coded; its meaning comes from the file and is not sent. */
  readonly code: Code | null
  readonly laterality: Laterality | null
  readonly modality: string | null
  readonly evidence: Evidence[]
  readonly findings: Finding[]
  readonly figures: readonly DrawnFigure[]
  /** The one slice of mode `single`; absent where that mode is not asked for. */
  readonly slice?: DrawnFigure
  readonly anchors: readonly Anchor[]
  /** The opinion of the rules on the same segment: what is shown when the model's own words may not be. */
  readonly rules: Opinion
}
