import type { ReactElement, ReactNode } from 'react'
import type { SegmentResult } from '../../../src/domain/case.ts'
import { SubScores, type Opinion, type Statement } from '../../../src/domain/opinion.ts'
import { Disclosure } from './disclosure.tsx'
import { quantityText, standingOf } from './quantity.ts'
import { counted, SUB_SCORE_WORDS } from './words.ts'

const SUB_SCORES = SubScores.keyof().options

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
}

/** What stands out in full; what is only as expected is folded away when it is much. */
function Statements({ statements, segment }: StatementsProps): ReactElement {
  const { routine, telling } = sorted(statements, segment)
  if (statements.length === 0) return <p className="plumbline-quiet">Nothing was said here.</p>
  return (
    <>
      <Sentences statements={telling} segment={segment} />
      <Folded title={`${routine.length} measurements as expected`} statements={routine} segment={segment} />
    </>
  )
}

function Folded({ title, ...sentences }: StatementsProps & { readonly title: string }): ReactElement | null {
  if (sentences.statements.length === 0) return null
  return (
    <Disclosure summary={<span>{title}</span>} className="plumbline-folded">
      {() => <Sentences {...sentences} />}
    </Disclosure>
  )
}

function Sentences({ statements, segment, lead = null }: StatementsProps & { readonly lead?: ReactNode }) {
  return statements.map(({ text, basis }, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- sentences have no other name and never move
    <p key={index}>
      {lead}
      {text} <Basis ids={basis} segment={segment} />
    </p>
  ))
}

function Conclusion(props: { readonly opinion: Opinion; readonly segment: SegmentResult }): ReactElement {
  const { opinion, segment } = props
  const { statements, strengths, weaknesses, subScores } = opinion.clinicalSynthesis
  return (
    <>
      {opinion.abstained !== null && <p>The reasoner gave no score: {opinion.abstained}</p>}
      <Statements statements={statements} segment={segment} />
      <Sentences statements={weaknesses} segment={segment} lead={<b>Against it: </b>} />
      <Folded
        title={counted(strengths.length, 'point') + ' in its favour'}
        statements={strengths}
        segment={segment}
      />
      <SubScoreList subScores={subScores} />
    </>
  )
}

function SubScoreList({
  subScores,
}: {
  readonly subScores: Opinion['clinicalSynthesis']['subScores']
}): ReactElement | null {
  const given = SUB_SCORES.flatMap((name) => {
    const score = subScores[name]
    return score === undefined ? [] : [{ word: SUB_SCORE_WORDS[name], score }]
  })
  if (given.length === 0) return null
  return (
    <dl className="plumbline-scores">
      {given.map(({ word, score }) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{score} of 5</dd>
        </div>
      ))}
    </dl>
  )
}

/** So many sentences are read without folding any. */
const UNFOLDED_MAX = 3

/** Routine: it rests on measurements only, and all of them are as expected. */
export function sorted(
  statements: readonly Statement[],
  { evidence }: Pick<SegmentResult, 'evidence'>,
): { readonly routine: readonly Statement[]; readonly telling: readonly Statement[] } {
  const within = new Set(evidence.filter((one) => standingOf(one) === 'within').map(({ id }) => id))
  const isRoutine = ({ basis }: Statement): boolean => basis.length > 0 && basis.every((id) => within.has(id))
  const routine = statements.filter(isRoutine)
  if (routine.length <= UNFOLDED_MAX) return { routine: [], telling: statements }
  return { routine, telling: statements.filter((statement) => !isRoutine(statement)) }
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
