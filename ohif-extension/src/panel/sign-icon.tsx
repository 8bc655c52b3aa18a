import type { ReactElement } from 'react'
import type { Score } from '../../../src/domain/opinion.ts'
import type { Said, Sign } from './words.ts'

/** Drawn, so that they look alike whatever fonts there are. 16 by 16. */
const STROKES: Readonly<Partial<Record<Sign, string>>> = {
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4 12 12 M12 4 4 12',
  question: 'M5.2 6a2.8 2.8 0 1 1 4.2 2.4C8.5 9 8 9.4 8 10.4 M8 13.2v.1',
  none: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11 M4.2 11.8 11.8 4.2',
  dots: 'M3.4 8h.1 M8 8h.1 M12.5 8h.1',
  exclamation: 'M8 2.5v7 M8 13.2v.1',
}
const SHAPES: Readonly<Partial<Record<Sign, string>>> = {
  triangle: 'M8 2 15 14H1Z',
  diamond: 'M8 1.5 14.5 8 8 14.5 1.5 8Z',
  dot: 'M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8Z',
}

/** Beside a word that says the same. */
export function SignIcon({ sign }: { readonly sign: Sign }): ReactElement {
  return (
    <svg className="plumbline-sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {STROKES[sign] === undefined ? (
        <path d={SHAPES[sign]} fill="currentColor" />
      ) : (
        <path d={STROKES[sign]} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      )}
    </svg>
  )
}

/** Sign and word in their colour: a verdict, or what a case is doing. */
export function Badge({
  said,
  small = false,
}: {
  readonly said: Said
  readonly small?: boolean
}): ReactElement {
  return (
    <span className={`plumbline-badge plumbline-${said.tone}${small ? ' plumbline-small' : ''}`}>
      <SignIcon sign={said.sign} />
      {said.word}
    </span>
  )
}

/** `2/5`, read out in full. */
export function ScoreText({ score }: { readonly score: Score | null }): ReactElement | null {
  if (score === null) return null
  return (
    <span className="plumbline-score">
      <span aria-hidden="true">{score}/5</span>
      <span className="plumbline-hidden">Score {score} of 5</span>
    </span>
  )
}
