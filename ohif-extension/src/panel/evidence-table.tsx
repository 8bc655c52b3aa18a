import { useState, type ReactElement } from 'react'
import type { SegmentResult } from '../../../src/domain/case.ts'
import type { Evidence } from '../../../src/domain/evidence.ts'
import { quantityText, standingOf } from './quantity.ts'
import { ExpectedRange } from './range-bar.tsx'

/** Shown at first where nothing stands out. */
const FIRST_ONES = 5

/** What was measured: first what stands out or is behind a finding, all of it when asked for. */
export function EvidenceTable({ segment }: { readonly segment: SegmentResult }): ReactElement | null {
  const { evidence } = segment
  const [showsAll, setShowsAll] = useState(false)
  const telling = tellingOf(segment)
  const shown = showsAll ? evidence : telling
  if (evidence.length === 0) return null
  return (
    <section>
      <h4 className="plumbline-section">Measurements</h4>
      {/* Said again as roles: in a narrow panel the rows are laid out as a grid, and some browsers then see no table. */}
      <table role="table" className="plumbline-evidence" data-testid="plumbline-evidence">
        <thead role="rowgroup">
          <tr role="row">
            {['Measured', 'Value', 'Expected'].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((one) => (
            <EvidenceRow key={one.id} evidence={one} />
          ))}
        </tbody>
      </table>
      {telling.length < evidence.length && (
        <button
          type="button"
          className="plumbline-link"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll
            ? `Show the ${telling.length} that matter most`
            : `Show all ${evidence.length} measurements`}
        </button>
      )}
    </section>
  )
}

function EvidenceRow({ evidence }: { readonly evidence: Evidence }): ReactElement {
  const { id, name, where, value, unit } = evidence
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <span className="plumbline-quiet">{id}</span> {name}{' '}
        {where !== 'whole segment' && <span className="plumbline-where">{where}</span>}
      </th>
      <td role="cell" className="plumbline-value">
        {quantityText(value, unit)}
      </td>
      <td role="cell">
        <ExpectedRange evidence={evidence} />
      </td>
    </tr>
  )
}

/** Out of range, or behind a finding; where there is no such thing, the first that have a range to lie in. */
export function tellingOf({ evidence, findings }: Pick<SegmentResult, 'evidence' | 'findings'>): Evidence[] {
  const behind = new Set(findings.flatMap((finding) => finding.evidence))
  const telling = evidence.filter((one) => {
    const standing = standingOf(one)
    return behind.has(one.id) || standing === 'below' || standing === 'above'
  })
  if (telling.length > 0) return telling
  const ranged = evidence.filter(({ expected }) => expected !== undefined && expected.low !== expected.high)
  return (ranged.length > 0 ? ranged : evidence).slice(0, FIRST_ONES)
}
