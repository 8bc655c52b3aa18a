/** Runs in the browser: the panel with a source and a viewer that a test drives and asks. Bundled by panel-page.ts. */
import { mountPanel } from '../../ohif-extension/src/panel/mount-panel.tsx'
import type { StudyVerdicts } from '../../ohif-extension/src/verdict-source.ts'
import type { Comparison, SegmentView, Shown } from '../../ohif-extension/src/viewer-port.ts'
import type { CaseReviews, SignOff } from '../../src/domain/review.ts'
import type { ErrorMask } from '../../src/domain/error-mask.ts'

export interface Harness {
  publish(verdicts: StudyVerdicts): void
  /** What `show` was called with, in order. */
  readonly views: SegmentView[]
  readonly layers: (ErrorMask | 'hidden')[]
  /** What was put side by side, in order. */
  readonly comparisons: Comparison[]
  readonly checks: string[]
  /** Case and name of every figure that was asked for. */
  readonly figures: string[]
  /** What was signed, in order. */
  readonly signOffs: SignOff[]
  /** What the viewer and the service answer from now on. */
  answers: {
    shown: Shown
    checkFails: string | null
    mask: ErrorMask | null
    figure: number[] | null
    reviews: CaseReviews
    signFails: string | null
  }
  unmount(): void
}

declare global {
  interface Window {
    plumblineHarness: Harness
    plumblineStart(studies: readonly string[]): void
  }
}

window.plumblineStart = (studies) => {
  const listeners = new Set<(verdicts: StudyVerdicts) => void>()
  let latest: StudyVerdicts = { status: 'loading', cases: [], notice: null }
  const root = document.querySelector<HTMLElement>('#panel')
  if (root === null) throw new Error('the page has no place for the panel')
  let endComparison = (): void => {}
  const harness: Omit<Harness, 'unmount'> = {
    publish(verdicts) {
      latest = verdicts
      for (const listener of listeners) listener(verdicts)
    },
    views: [],
    layers: [],
    comparisons: [],
    checks: [],
    figures: [],
    signOffs: [],
    answers: {
      shown: { ok: true },
      checkFails: null,
      mask: null,
      figure: null,
      reviews: { reviews: [], reader: null, blind: false },
      signFails: null,
    },
  }
  const unmount = mountPanel(root, {
    source: {
      follow(_uid, listener) {
        listeners.add(listener)
        listener(latest)
        return () => listeners.delete(listener)
      },
      async checkNow(uid) {
        harness.checks.push(uid)
        if (harness.answers.checkFails !== null) throw new Error(harness.answers.checkFails)
      },
      async errorMask() {
        if (harness.answers.mask === null) throw new Error('There is no error mask.')
        return harness.answers.mask
      },
      async figure(caseId, name) {
        harness.figures.push(`${caseId} ${name}`)
        if (harness.answers.figure === null) throw new Error('There is no such picture.')
        return new Blob([Uint8Array.from(harness.answers.figure)], { type: 'image/png' })
      },
      reviews: async () => harness.answers.reviews,
      async signOff(_of, signOff) {
        if (harness.answers.signFails !== null) throw new Error(harness.answers.signFails)
        harness.signOffs.push(signOff)
        return harness.answers.reviews
      },
      summaries: async () => new Map(),
    },
    viewer: {
      studyInstanceUids: () => studies,
      onStudiesChanged: () => () => {},
      async show(view) {
        harness.views.push(view)
        return harness.answers.shown
      },
      async showErrorLayer(mask) {
        harness.layers.push(mask)
        return harness.answers.shown
      },
      hideErrorLayer: () => void harness.layers.push('hidden'),
      async compare(comparison, onEnded) {
        harness.comparisons.push(comparison)
        endComparison = onEnded
        return harness.answers.shown
      },
      endComparison: () => endComparison(),
    },
  })
  window.plumblineHarness = { ...harness, unmount }
}
