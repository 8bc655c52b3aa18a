/** Synthetic studies for tests of the whole service, and what must come out of them. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Case } from '../../src/domain/case.ts'
import type { StoreItem } from '../../src/ports.ts'
import { DEMO_CASES, type DemoCase, type DemoPatient } from '../../src/phantom/demo-cases.ts'
import { demoStudies, makeDemoStudy } from '../../src/phantom/demo.ts'

/** Study dates of the demo lie further back than this many days, and not further than `FAR_BACK_DAYS`. */
export const NOT_FAR_BACK_DAYS = 1
export const FAR_BACK_DAYS = 36_500

export interface TestStudy {
  readonly studyInstanceUid: string
  readonly images: readonly StoreItem[]
  readonly segmentations: readonly StoreItem[]
}

export function makeStudy(patient: DemoPatient['id']): TestStudy {
  const study = demoStudies().find((candidate) => candidate.patient.id === patient)
  if (study === undefined) throw new Error(`there is no demo patient ${patient}`)
  const { images, segmentations } = makeDemoStudy(study)
  return { studyInstanceUid: study.studyInstanceUid, images, segmentations }
}

/** The same study under other UIDs throughout. */
export function copyOfStudy({ images, segmentations }: TestStudy, name: string): TestStudy {
  const copies = {
    images: images.map((item) => renamed(item, name)),
    segmentations: segmentations.map((item) => renamed(item, name)),
  }
  return { ...copies, studyInstanceUid: copies.images[0]?.studyInstanceUid ?? '' }
}

/** The same object once more in its study: another instance in another series. */
export function copyOfObject(item: StoreItem, name: string): StoreItem {
  return renamed(item, name, [item.sopInstanceUid, item.seriesInstanceUid])
}

/** Every UID (or those listed) replaced by one of the same length, in the bytes and beside them. */
function renamed(item: StoreItem, name: string, only: readonly string[] | null = null): StoreItem {
  const rename = (uid: string): string => {
    if (only !== null && !only.includes(uid)) return uid
    const digest = createHash('sha256').update(`${name} ${uid}`).digest()
    return `${uid.slice(0, -9)}${String(digest.readUInt32BE()).padStart(10, '0').slice(-9)}`
  }
  const bytes = Buffer.from(item.bytes)
    .toString('latin1')
    .replaceAll(/2\.25\.\d{20,}/g, rename)
  return {
    bytes: Buffer.from(bytes, 'latin1'),
    studyInstanceUid: rename(item.studyInstanceUid),
    seriesInstanceUid: rename(item.seriesInstanceUid),
    sopInstanceUid: rename(item.sopInstanceUid),
    sopClassUid: item.sopClassUid,
  }
}

/** The file with the end of its Pixel Data gone; `wellFormed`: with the length of what is left (an archive accepts it then). */
export function withoutEnd(
  { bytes }: StoreItem,
  byteCount: number,
  { wellFormed }: { wellFormed: boolean },
): Buffer {
  const cut = Buffer.from(bytes.subarray(0, bytes.length - byteCount))
  const at = cut.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42])) // (7FE0,0010) OB
  if (at < 0) throw new Error('the file has no Pixel Data in native form')
  if (wellFormed) cut.writeUInt32LE(cut.length - at - 12, at + 8)
  return cut
}

/** A demo object by its name in DEMO_CASES, from a study that was made. */
export function objectOf(study: TestStudy, caseId: string): StoreItem {
  const listed = demoStudies()
    .flatMap(({ segmentations }) => segmentations)
    .find((one) => one.caseId === caseId)
  const item = study.segmentations.find(({ sopInstanceUid }) => sopInstanceUid === listed?.sopInstanceUid)
  if (item === undefined) throw new Error(`the study holds no ${caseId}`)
  return item
}

export function demoCase(caseId: string): DemoCase {
  const found = DEMO_CASES.find(({ id }) => id === caseId)
  if (found === undefined) throw new Error(`there is no demo case ${caseId}`)
  return found
}

/** Good segments are accepted; of the others the failure mode is found, on that segment and on none of the good ones. */
export function expectDemoVerdict(judged: Case | undefined, expected: DemoCase): void {
  const found = judged?.segments.map(({ verdict, findings }) => ({
    verdict,
    modes: findings.map(({ mode }) => mode),
  }))
  const wanted = expected.segments.map((segment): unknown =>
    segment.expected === null
      ? { verdict: 'accept', modes: expect.any(Array) }
      : {
          verdict: expect.stringMatching(/^(review|reject)$/),
          modes: expect.arrayContaining([segment.expected]),
        },
  )
  expect(found, expected.id).toEqual(wanted)
  const allGood = expected.segments.every((segment) => segment.expected === null)
  expect(judged, expected.id).toMatchObject({
    state: 'done',
    verdict: allGood ? 'accept' : expect.stringMatching(/^(review|reject)$/),
  })
}
