import { useState } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { ImagePlace, SegmentView, Shown } from '../viewer-port.ts'
import { usePanel } from './panel-context.ts'
import { wordsOf } from './use-error-layer.ts'

/** The segmentation in the viewer, and why that did not work the last time. */
export interface Show {
  readonly problem: string | null
  readonly setProblem: (problem: string | null) => void
  /** `place` null: where the reader is. `name` is the shown place's from now on, unless that did not work. Never rejects. */
  readonly show: (place: ImagePlace | null, name: string | null) => Promise<void>
}

/** `segmentNumber` null: all segments alike. */
export function useShow({ object }: Case, segmentNumber: number | null): Show {
  const { viewer, setShownPlace } = usePanel()
  const [problem, setProblem] = useState<string | null>(null)
  return {
    problem,
    setProblem,
    async show(place, name) {
      setProblem(null)
      const view: SegmentView = {
        objectSopInstanceUid: object.sopInstanceUid,
        objectSeriesInstanceUid: object.seriesInstanceUid,
        segmentNumber,
        place,
      }
      const shown = await answerOf(viewer.show(view))
      setShownPlace(shown.ok ? name : null)
      if (!shown.ok) setProblem(shown.reason)
    },
  }
}

async function answerOf(shown: Promise<Shown>): Promise<Shown> {
  try {
    return await shown
  } catch (error) {
    return { ok: false, reason: wordsOf(error) }
  }
}
