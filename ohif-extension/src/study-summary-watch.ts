/** The summary that a row of the study list shows, kept up to date while the study is still being checked. */
import type { StudySummary } from '../../src/domain/study-summary.ts'
import type { VerdictSource } from './verdict-source.ts'

/** `none`: no segmentation of the study was checked. `unknown`: the verdicts cannot be read now. */
export type SummaryState =
  | { readonly kind: 'asking' | 'none' | 'unknown' }
  | { readonly kind: 'known'; readonly summary: StudySummary }

/** The source gathers what all rows ask and remembers answers for as long as this. */
const AGAIN_MS = 15_000

/** The listener is called with every change, first at once. Returns how to stop. */
export function watchSummary(
  source: Pick<VerdictSource, 'summaries'>,
  studyInstanceUid: string,
  listener: (state: SummaryState) => void,
): () => void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (): Promise<void> => {
    const state = await summaryState(source, studyInstanceUid)
    if (stopped) return
    listener(state)
    if (mayChange(state)) timer = setTimeout(() => void look(), AGAIN_MS)
  }
  listener({ kind: 'asking' })
  void look()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

async function summaryState(
  source: Pick<VerdictSource, 'summaries'>,
  studyInstanceUid: string,
): Promise<SummaryState> {
  try {
    const summary = (await source.summaries([studyInstanceUid])).get(studyInstanceUid)
    return summary === undefined ? { kind: 'none' } : { kind: 'known', summary }
  } catch {
    return { kind: 'unknown' }
  }
}

function mayChange(state: SummaryState): boolean {
  return state.kind === 'unknown' || (state.kind === 'known' && state.summary.running > 0)
}
