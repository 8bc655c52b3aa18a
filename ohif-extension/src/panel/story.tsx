import type { ReactElement, ReactNode } from 'react'
import type { SegmentResult } from '../../../src/domain/case.ts'
import type { Opinion, Statement } from '../../../src/domain/opinion.ts'
import { quantityText } from './quantity.ts'
import { SUB_SCORE_WORDS } from './words.ts'

/** The four stages of the Hierarchical Clinical Reasoner, in plain words and in their order. */
const STAGES = [
  { key: 'knowledgeRecall', title: 'What should be there' },
  { key: 'visualFeatures', title: 'What the images show' },
  { key: 'anatomicalInference', title: 'How it fits the anatomy' },
  { key: 'clinicalSynthesis', title: 'Conclusion' },
] as const

/** The reasoning as a story of four steps. */
export function Story({ segment }: { readonly segment: SegmentResult }): ReactElement | null {
  const { opinion } = segment
  if (opinion === null) return null
  return (
    <section>
      <h4 className="plumbline-section">Reasoning</h4>
      <ol className="plumbline-story" data-testid="plumbline-story">
        {STAGES.map(({ key, title }) => (
          <li key={key}>
            <h5>{title}</h5>
            {key === 'clinicalSynthesis' ? (
              <Conclusion opinion={opinion} segment={segment} />
            ) : (
              <Statements statements={opinion[key].statements} segment={segment} />
            )}
          </li>
        ))}
      </ol>
      <p className="plumbline-quiet">
        By the {opinion.reasoner || 'unnamed'} reasoner. {opinion.note}
      </p>
    </section>
  )
}

interface StatementsProps {
  readonly statements: readonly Statement[]
  readonly segment: SegmentResult
  readonly lead?: ReactNode
}

function Statements({ statements, segment, lead = null }: StatementsProps): ReactElement {
  if (statements.length === 0) return <p className="plumbline-quiet">Nothing was said here.</p>
  return (
    <>
      {statements.map(({ text, basis }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- sentences have no other name and never move
        <p key={index}>
          {lead}
          {text} <Basis ids={basis} segment={segment} />
        </p>
      ))}
    </>
  )
}

function Conclusion(props: { readonly opinion: Opinion; readonly segment: SegmentResult }): ReactElement {
  const { opinion, segment } = props
  const { statements, strengths, weaknesses, subScores } = opinion.clinicalSynthesis
  const scores = Object.entries(SUB_SCORE_WORDS).flatMap(([key, word]) => {
    const score = Object.entries(subScores).find(([name]) => name === key)?.[1]
    return score === undefined ? [] : [{ word, score }]
  })
  return (
    <>
      {opinion.abstained !== null && <p>The reasoner gave no score: {opinion.abstained}</p>}
      <Statements statements={statements} segment={segment} />
      {strengths.length > 0 && <Statements statements={strengths} segment={segment} lead={<b>Good: </b>} />}
      {weaknesses.length > 0 && <Statements statements={weaknesses} segment={segment} lead={<b>Weak: </b>} />}
      {scores.length > 0 && (
        <dl className="plumbline-scores">
          {scores.map(({ word, score }) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{score} of 5</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

/** The ids that a sentence rests on; the pointer shows what they are. */
function Basis({ ids, segment }: { readonly ids: readonly string[]; readonly segment: SegmentResult }) {
  if (ids.length === 0) return null
  return (
    <span className="plumbline-basis" title={ids.map((id) => nameOf(id, segment)).join('\n')}>
      [{ids.join(', ')}]
    </span>
  )
}

function nameOf(id: string, { evidence, findings }: SegmentResult): string {
  const measured = evidence.find((one) => one.id === id)
  if (measured !== undefined)
    return `${id}: ${measured.name}, ${quantityText(measured.value, measured.unit)} (${measured.where})`
  const found = findings.find((one) => one.id === id)
  return found === undefined ? id : `${id}: ${found.text}`
}
