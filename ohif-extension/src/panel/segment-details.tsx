import type { ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import { EvidenceTable } from './evidence-table.tsx'
import { FindingList } from './finding-list.tsx'
import { figureText } from './quantity.ts'
import { Pictures } from './pictures.tsx'
import { ProposalSection } from './proposal-section.tsx'
import { ShowButton } from './show-button.tsx'
import { Story } from './story.tsx'
import { SIDES, TARGETS } from './words.ts'

const NOT_ASSESSABLE =
  'Plumbline could not judge this segment. Treat it as not checked: a person must look at it before it is used.'

/** Everything about one segment: where it is, why, what was found, the reasoning, the measurements. */
export function SegmentDetails(props: { readonly of: Case; readonly segment: SegmentResult }): ReactElement {
  const { of, segment } = props
  return (
    <div className="plumbline-details">
      <div className="plumbline-actions">
        <ShowButton of={of} segmentNumber={segment.number} />
      </div>
      <Reasons segment={segment} />
      <FindingList of={of} segment={segment} />
      <ProposalSection of={of} segment={segment} />
      <Story segment={segment} />
      <Pictures of={of} segment={segment} />
      <EvidenceTable segment={segment} />
      <Claim segment={segment} />
    </div>
  )
}

/** Reasons that no finding gives already. */
function Reasons({ segment }: { readonly segment: SegmentResult }): ReactElement | null {
  const found = new Set(segment.findings.map(({ text }) => text))
  const reasons = segment.reasons.filter((reason) => !found.has(reason))
  const isOpen = segment.verdict === 'not-assessable'
  if (reasons.length === 0 && !isOpen) return null
  return (
    <section>
      <h4 className="plumbline-section">Why</h4>
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      {isOpen && <p className="plumbline-todo">{NOT_ASSESSABLE}</p>}
    </section>
  )
}

/** What the segment claims to be, and whether that is in the images. */
function Claim({ segment }: { readonly segment: SegmentResult }): ReactElement {
  const { code, laterality, target } = segment
  const numbers = (['strength', 'compactness', 'purity', 'coverage'] as const).flatMap((name) => {
    const value = target[name]
    return value === null || value === undefined ? [] : [`${name} ${figureText(value)}`]
  })
  return (
    <section>
      <h4 className="plumbline-section">Claimed structure</h4>
      <p>
        {code === null
          ? 'The object does not say what this is.'
          : `${code.meaning} (${code.scheme} ${code.value})`}
        {laterality !== null && `, ${SIDES[laterality]}`}
      </p>
      <p className="plumbline-quiet">
        {TARGETS[target.status]} {numbers.length > 0 && `${numbers.join(', ')}. `}
        Source: {target.source}
      </p>
    </section>
  )
}
