/** The door through which every segmentation object enters, whoever saw it: poll, push or a person's request. */
import type { CaseTransition } from '../domain/case-state.ts'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import type {
  CaseChanges,
  CaseStore,
  Clock,
  DicomJson,
  Intake,
  InstanceRef,
  JobQueue,
  NewCase,
  Pacs,
  SegmentationRef,
  SeriesListing,
} from '../ports.ts'
import { caseIdOf } from './case-id.ts'
import { headerOf, isOwnOutput, isSegmentationModality, modalityOf, type Header } from './eligibility.ts'

export interface IntakeOptions {
  readonly pacs: Pacs
  readonly caseStore: Pick<CaseStore, 'receive' | 'get' | 'transition' | 'waitingInStudy'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly clock: Clock
  readonly policyDigest: string
  /** Version of this program, for the case's provenance. */
  readonly version: string
  readonly limits: IntakeLimits
  readonly onRegistered: (created: Case) => void
  /** An instance that is not judged, and why; plain words. */
  readonly onSkipped: (ref: InstanceRef, why: string) => void
}

export interface IntakeLimits {
  /** Segmentation objects of one study; more is an error, not a cut. */
  readonly segmentationsPerStudyMax: number
  readonly timeoutMs: number
  /** After images arrived for a waiting case: how long to let more of them come before looking again. */
  readonly settleMs: number
}

export interface SegmentationIntake extends Intake {
  /** Makes a case of the object and queues it. Doing so again changes nothing. Null: not judged (see `onSkipped`). */
  register(ref: InstanceRef, signal?: AbortSignal): Promise<Case | null>
  /** Registers every object of a SEG or RTSTRUCT series; says how many instances the archive listed. */
  registerSeries(
    series: SeriesListing,
    signal: AbortSignal,
  ): Promise<{ instanceCount: number; cases: Case[] }>
  /** Wakes the cases that wait for images of this study. */
  imagesArrived(studyInstanceUid: string): Promise<void>
}

interface Move {
  readonly changes?: CaseChanges
  readonly notBefore?: Date
}

/** A case that failed after it was judged keeps its verdict; once it is to be judged anew, the old one says nothing. */
const UNDECIDED: CaseChanges = {
  sourceSeries: null,
  verdict: null,
  score: null,
  reasons: [],
  segments: [],
  reports: [],
  decidedAt: null,
}

/** Its calls throw what the PACS port throws, and what `segmentationsOf` does before anything is registered. */
export function createIntake(options: IntakeOptions): SegmentationIntake {
  const { pacs, caseStore, queue, clock, limits } = options

  async function checkStudy(studyInstanceUid: string): Promise<Case[]> {
    const signal = AbortSignal.timeout(limits.timeoutMs)
    const refs = await segmentationsOf(pacs, studyInstanceUid, limits.segmentationsPerStudyMax, signal)
    const cases = await registerAll(refs, signal)
    return Promise.all(cases.map(lookAgain))
  }

  async function registerSeries(series: SeriesListing, signal: AbortSignal) {
    const refs = await pacs.listInstances(series.studyInstanceUid, series.seriesInstanceUid, signal)
    requireWithin(refs.length, limits.segmentationsPerStudyMax)
    return { instanceCount: refs.length, cases: await registerAll(refs, signal) }
  }

  async function registerAll(refs: readonly InstanceRef[], signal: AbortSignal): Promise<Case[]> {
    const cases: Case[] = []
    const metadata = rememberMetadata(pacs, signal)
    for (const ref of refs) {
      const registered = await registerOne(ref, metadata)
      if (registered !== null) cases.push(registered)
    }
    return cases
  }

  async function registerOne(ref: InstanceRef, metadata: MetadataReader): Promise<Case | null> {
    const id = caseIdOf(ref.sopInstanceUid, options.policyDigest)
    const known = await caseStore.get(id)
    if (known !== null) return known.state === 'received' ? move(known, 'enqueue') : known
    if (ref.sopClassUid !== '' && modalityOf(ref.sopClassUid) === null) {
      return skip(ref, `SOP class ${ref.sopClassUid} is not a segmentation that is judged`)
    }
    const header = await metadata(ref)
    if (header !== null && isOwnOutput(header)) return skip(ref, 'it was made by this product')
    const sopClassUid = ref.sopClassUid === '' ? (header?.sopClassUid ?? '') : ref.sopClassUid
    const modality = modalityOf(sopClassUid)
    if (modality === null)
      return skip(ref, 'the archive does not say that it is a segmentation that is judged')
    const manufacturer = header?.manufacturer ?? ''
    return admit({ ...ref, sopClassUid, modality }, id, manufacturer)
  }

  /** The row first, then its state, then the job: a crash in between leaves a row that the sweeper finds. */
  async function admit(ref: SegmentationRef, id: string, manufacturer: string): Promise<Case> {
    const received = await caseStore.receive(newCase(ref, id, manufacturer, options))
    if (received.created) options.onRegistered(received.case)
    return received.case.state === 'received' ? move(received.case, 'enqueue') : received.case
  }

  /** What a person or the PACS means by "check this study": what failed or waits is looked at again. */
  async function lookAgain(known: Case): Promise<Case> {
    if (known.state === 'failed') return move(known, 'recheck', { changes: UNDECIDED })
    if (known.state === 'waiting-for-images') return move(known, 'images-changed')
    return known
  }

  async function imagesArrived(studyInstanceUid: string): Promise<void> {
    const notBefore = new Date(clock.now().getTime() + limits.settleMs)
    for (const id of await caseStore.waitingInStudy(studyInstanceUid)) {
      const waiting = await caseStore.get(id)
      if (waiting?.state === 'waiting-for-images') await move(waiting, 'images-changed', { notBefore })
    }
  }

  /** Moves a case on and queues it; another process may have done so in between, which is as good. */
  async function move(current: Case, name: CaseTransition, { changes, ...when }: Move = {}): Promise<Case> {
    let moved: Case
    try {
      moved = await caseStore.transition(current.id, name, changes)
    } catch (error) {
      if (!(error instanceof PlumblineError) || error.code !== 'illegal-transition') throw error
      return (await caseStore.get(current.id)) ?? current
    }
    await queue.enqueue(moved.id, when)
    return moved
  }

  function skip(ref: InstanceRef, why: string): null {
    options.onSkipped(ref, why)
    return null
  }

  return {
    checkStudy,
    register: (ref, signal = AbortSignal.timeout(limits.timeoutMs)) =>
      registerOne(ref, rememberMetadata(pacs, signal)),
    registerSeries,
    imagesArrived,
  }
}

/**
 * Every instance of the study's SEG and RTSTRUCT series. Throws PlumblineError('not-found') when the archive holds
 * nothing of the study, 'limit-exceeded' when there are more than `countMax`.
 */
async function segmentationsOf(
  pacs: Pacs,
  studyInstanceUid: string,
  countMax: number,
  signal: AbortSignal,
): Promise<InstanceRef[]> {
  const listed = await pacs.listSeries(studyInstanceUid, signal)
  if (listed.length === 0) {
    throw new PlumblineError('not-found', 'The archive holds no series of this study.', {
      nextStep: 'Check the Study Instance UID, and that the study is in this archive.',
    })
  }
  const refs: InstanceRef[] = []
  for (const series of listed.filter(({ modality }) => isSegmentationModality(modality))) {
    for (const ref of await pacs.listInstances(studyInstanceUid, series.seriesInstanceUid, signal))
      refs.push(ref)
    requireWithin(refs.length, countMax)
  }
  return refs
}

function requireWithin(count: number, countMax: number): void {
  if (count <= countMax) return
  throw new PlumblineError(
    'limit-exceeded',
    `The study holds more than ${countMax} segmentation objects; none of them was registered.`,
    { nextStep: 'Raise the limit of segmentation objects per study, or find out what writes so many.' },
  )
}

type MetadataReader = (ref: InstanceRef) => Promise<Header | null>

/**
 * Headers by instance; each series' metadata is fetched once. What the archive cannot give is no reason to lose an
 * object: it is then registered by its SOP class alone, and judging says what is wrong with it.
 */
function rememberMetadata(pacs: Pacs, signal: AbortSignal): MetadataReader {
  const bySeries = new Map<string, readonly DicomJson[]>()
  return async (ref) => {
    let metadata = bySeries.get(ref.seriesInstanceUid)
    if (metadata === undefined) {
      try {
        metadata = await pacs.seriesMetadata(ref.studyInstanceUid, ref.seriesInstanceUid, signal)
      } catch (error) {
        if (signal.aborted || !(error instanceof PlumblineError) || error.retryable) throw error
        metadata = []
      }
      bySeries.set(ref.seriesInstanceUid, metadata)
    }
    return headerOf(metadata, ref.sopInstanceUid)
  }
}

/** What is known before the bytes are read; the pipeline completes the object. */
export function newCase(
  ref: SegmentationRef,
  id: string,
  manufacturer: string,
  { version, policyDigest }: Pick<IntakeOptions, 'version' | 'policyDigest'>,
): NewCase {
  return {
    id,
    studyInstanceUid: ref.studyInstanceUid,
    object: {
      modality: ref.modality,
      sopClassUid: ref.sopClassUid,
      sopInstanceUid: ref.sopInstanceUid,
      seriesInstanceUid: ref.seriesInstanceUid,
      label: '',
      producer: { manufacturer, algorithm: '', version: '' },
    },
    provenance: { version, policy: policyDigest, models: [] },
  }
}
