import { useId, useState, type ReactElement } from 'react'
import type { Evidence } from '../../../src/domain/evidence.ts'
import { expectedText, standingOf, type Standing } from './quantity.ts'
import { rangeScale } from './range-scale.ts'

const WIDTH = 96
const HEIGHT = 14
const MIDDLE = HEIGHT / 2

/** Inside: a dot. Outside: an arrow that points the way. So the colour is not needed. */
const MARKS: Readonly<Record<Standing, (x: number) => string>> = {
  within: (x) => `M${x} ${MIDDLE - 4}a4 4 0 1 0 0 8a4 4 0 1 0 0-8Z`,
  below: (x) => `M${x + 4} ${MIDDLE - 6}V${MIDDLE + 6}L${x - 5} ${MIDDLE}Z`,
  above: (x) => `M${x - 4} ${MIDDLE - 6}V${MIDDLE + 6}L${x + 5} ${MIDDLE}Z`,
}
const WORDS: Readonly<Record<Standing, string>> = {
  within: 'as expected',
  below: 'too low',
  above: 'too high',
}

/** What is expected of a value, drawn and in words; who says so comes with the pointer or the keyboard. */
export function ExpectedRange({ evidence }: { readonly evidence: Evidence }): ReactElement | null {
  const [isDismissed, setDismissed] = useState(false)
  const sourceId = useId()
  const { expected, unit } = evidence
  const standing = standingOf(evidence)
  if (expected === undefined || standing === null) return null
  const again = (): void => setDismissed(false)
  return (
    <span className="plumbline-tip-anchor" onMouseLeave={again} onBlur={again}>
      <button
        type="button"
        className={`plumbline-range plumbline-${standing}`}
        aria-describedby={sourceId}
        onKeyDown={({ key }) => key === 'Escape' && setDismissed(true)}
        onClick={again}
      >
        <RangeBar evidence={evidence} standing={standing} />
        <span className="plumbline-range-words">
          <b className={standing === 'within' ? 'plumbline-hidden' : ''}>{WORDS[standing]}</b>{' '}
          <span>{expectedText(expected, unit)}</span>
        </span>
      </button>
      <span role="tooltip" id={sourceId} className="plumbline-tip" hidden={isDismissed}>
        {expected.source === '' ? 'The source is not stated.' : `Source: ${expected.source}`}
      </span>
    </span>
  )
}

/** The words beside it say the same. */
function RangeBar(props: { readonly evidence: Evidence; readonly standing: Standing }): ReactElement | null {
  const scale = rangeScale(props.evidence)
  if (scale === null) return null
  const x = (at: number): number => Math.round(at * (WIDTH - 12) + 6)
  const [from, to] = [scale.lowAt === 0 ? 0 : x(scale.lowAt), scale.highAt === 1 ? WIDTH : x(scale.highAt)]
  return (
    <svg
      className="plumbline-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
      focusable="false"
      data-scale={scale.kind}
    >
      <rect className="plumbline-bar-track" x="0" y={MIDDLE - 1} width={WIDTH} height="2" />
      <rect
        className="plumbline-bar-expected"
        x={from}
        y={MIDDLE - 4}
        width={Math.max(2, to - from)}
        height="8"
      />
      <path className="plumbline-bar-value" d={MARKS[props.standing](x(scale.valueAt))} />
    </svg>
  )
}
