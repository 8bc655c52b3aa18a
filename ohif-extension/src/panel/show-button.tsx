import type { ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import { useShow } from './use-show.ts'

/** The segmentation over the images where the reader is: all segments (null), or one brought out. */
export function ShowButton(props: {
  readonly of: Case
  readonly segmentNumber: number | null
}): ReactElement {
  const { problem, show } = useShow(props.of, props.segmentNumber)
  return (
    <>
      <button type="button" className="plumbline-button" onClick={() => void show(null, null)}>
        {props.segmentNumber === null ? 'Show segmentation' : 'Show segment'}
      </button>
      <span role="status" className="plumbline-problem">
        {problem}
      </span>
    </>
  )
}
