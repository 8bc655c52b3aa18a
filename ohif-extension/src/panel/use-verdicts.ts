import { useEffect, useRef, useState } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { StudyVerdicts, VerdictSource } from '../verdict-source.ts'
import type { ViewerPort } from '../viewer-port.ts'
import { saidOf, titleOf } from './words.ts'

/** The studies that are open. */
export function useStudies(viewer: ViewerPort): readonly string[] {
  const [studies, setStudies] = useState(() => [...viewer.studyInstanceUids()])
  useEffect(() => {
    const look = (): void => setStudies([...viewer.studyInstanceUids()])
    look()
    return viewer.onStudiesChanged(look)
  }, [viewer])
  return studies
}

const NOTHING_YET: StudyVerdicts = { status: 'loading', cases: [], notice: null }

/** The verdicts of one study, as they change. */
export function useVerdicts(source: VerdictSource, studyInstanceUid: string): StudyVerdicts {
  const [verdicts, setVerdicts] = useState(NOTHING_YET)
  useEffect(() => {
    setVerdicts(NOTHING_YET)
    return source.follow(studyInstanceUid, setVerdicts)
  }, [source, studyInstanceUid])
  return verdicts
}

/** What has changed since the last time, for people who do not see it: `Liver: Reject.` Empty at first. */
export function useAnnouncement(cases: readonly Case[], isKnown: boolean): string {
  const said = useRef<ReadonlyMap<string, string> | null>(null)
  const [announcement, setAnnouncement] = useState('')
  useEffect(() => {
    if (!isKnown) return
    const now = new Map(cases.map((one) => [one.object.sopInstanceUid, sentenceOf(one)]))
    const before = said.current
    said.current = now
    if (before === null) return
    const changed = [...now].filter(([uid, sentence]) => before.get(uid) !== sentence)
    if (changed.length > 0) setAnnouncement(changed.map(([, sentence]) => sentence).join(' '))
  }, [cases, isKnown])
  return announcement
}

function sentenceOf(one: Case): string {
  return `${titleOf(one.object)}: ${saidOf(one).word}.`
}

/** The time, second by second, for as long as somebody needs it. */
export function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isNeeded) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isNeeded])
  return now
}
