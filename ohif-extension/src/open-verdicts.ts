/** The verdicts on the studies that are open, followed once for all that shows them beside the panel. */
import type { Case } from '../../src/domain/case.ts'
import type { StudyVerdicts, VerdictSource } from './verdict-source.ts'
import type { ViewerPort } from './viewer-port.ts'

export interface OpenVerdicts {
  /** The listener is called after every change. Returns how to stop; with the last listener following ends. */
  onChanged(listener: () => void): () => void
  cases(): readonly Case[]
  /** Has each open study either its verdicts, or an answer that there are none? */
  settled(): boolean
}

export function createOpenVerdicts(
  source: Pick<VerdictSource, 'follow'>,
  viewer: Pick<ViewerPort, 'studyInstanceUids' | 'onStudiesChanged'>,
): OpenVerdicts {
  const listeners = new Set<() => void>()
  const followed = new Map<string, { verdicts: StudyVerdicts | null; stop: () => void }>()
  let stopStudies: (() => void) | null = null

  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const follow = (uid: string): void => {
    const entry: { verdicts: StudyVerdicts | null; stop: () => void } = { verdicts: null, stop: () => {} }
    followed.set(uid, entry)
    entry.stop = source.follow(uid, (verdicts) => {
      entry.verdicts = verdicts
      tell()
    })
  }
  const keepTo = (uids: readonly string[]): void => {
    for (const [uid, { stop }] of followed) {
      if (uids.includes(uid)) continue
      stop()
      followed.delete(uid)
    }
    for (const uid of uids) if (!followed.has(uid)) follow(uid)
  }
  return {
    onChanged(listener) {
      listeners.add(listener)
      stopStudies ??= viewer.onStudiesChanged(() => {
        keepTo(viewer.studyInstanceUids())
        tell()
      })
      keepTo(viewer.studyInstanceUids())
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stopStudies?.()
        stopStudies = null
        keepTo([])
      }
    },
    cases: () => [...followed.values()].flatMap(({ verdicts }) => verdicts?.cases ?? []),
    settled: () =>
      followed.size > 0 &&
      [...followed.values()].every(({ verdicts }) => verdicts !== null && verdicts.status !== 'loading'),
  }
}
