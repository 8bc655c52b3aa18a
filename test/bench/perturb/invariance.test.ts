/** What is encoded, ordered, numbered or named otherwise and means the same gets the very same verdict, findings and evidence. */
import { beforeAll, describe, expect, it } from 'vitest'
import { readBack, rewritten, type WrittenAs } from '../../../src/bench/perturb/dicom-form.ts'
import { FAMILIES } from '../../../src/bench/perturb/families.ts'
import { othersOf, targetOf, type Scene } from '../../../src/bench/perturb/scene.ts'
import { valueAt } from '../../../src/imaging/redraw.ts'
import { checkPrepared, type Prepared } from '../../../src/compute/assess.ts'
import { loadConfig } from '../../../src/config.ts'
import type { NaturalDataset } from '../../../src/dicom/write-part10.ts'
import type { Mask } from '../../../src/domain/geometry.ts'
import { volumeAgreement } from '../../../src/imaging/agreement.ts'
import { pronounceSegment } from '../../../src/judging.ts'
import { loadKnowledge } from '../../../src/knowledge.ts'
import { rulesOpinion } from '../../../src/opinions.ts'
import { seededRandom } from '../../../src/phantom/random.ts'
import { code, segFile, type SegSample } from '../../dicom/read-samples.ts'
import { elementBytes, encapsulated, insertBefore, replace, setValue } from '../../support/malformed/bytes.ts'
import { packedRun, rleFrame } from '../../support/malformed/packed.ts'
import { smallScene } from '../../support/perturbed-scene.ts'

const { policy } = loadConfig(null)
const knowledge = loadKnowledge(new URL('../../../config/knowledge/', import.meta.url))
const RLE = '1.2.840.10008.1.2.5'
const SCENE = smallScene(2)
const DICOM = dicomOf(SCENE)

function dicomOf({ dicom }: Scene) {
  if (dicom === null) throw new Error('The scene cannot be written.')
  return dicom
}

/** Everything that is said, by label: numbers may change. */
function judged(prepared: Prepared) {
  return Object.fromEntries(
    checkPrepared(prepared, { knowledge, policy }).map((assessed) => {
      const opinion = rulesOpinion(assessed, 'CT', { knowledge })
      const { verdict, score, findings, evidence, target } = pronounceSegment(assessed, opinion, 'CT', {
        policy,
      })
      return [assessed.label, { verdict, score, findings, evidence, target }]
    }),
  )
}

async function judgedAs(changes: WrittenAs) {
  const found = await rewritten(SCENE, changes)
  return judged(found?.prepared ?? SCENE.prepared)
}

/** Two organs that do not overlap, as any of the encodings. */
const ORGANS = [SCENE, smallScene(1)].map((scene) => targetOf(scene))
type Frame = SegSample['frames'][number]

function planeOf(mask: Mask, k: number, value: number): number[] {
  const [columns, rows] = mask.geometry.size
  return Array.from(
    { length: columns * rows },
    (_, n) => value * valueAt(mask, n % columns, Math.floor(n / columns), k),
  )
}

function framesOf(value: number): Frame[] {
  const slices = ORGANS[0]?.mask.geometry.size[2] ?? 0
  return ORGANS.flatMap(({ mask }, n) =>
    Array.from({ length: slices }, (_, k) => ({
      segment: n + 1,
      z: -70 + 4 * k,
      pixels: planeOf(mask, k, value),
    })),
  ).filter(({ pixels }) => pixels.some((pixel) => pixel > 0))
}

function labelFrames(): Frame[] {
  const slices = ORGANS[0]?.mask.geometry.size[2] ?? 0
  return Array.from({ length: slices }, (_, k) => {
    const [first = [], second = []] = ORGANS.map(({ mask }, n) => planeOf(mask, k, n + 1))
    return { segment: 1, z: -70 + 4 * k, pixels: first.map((pixel, n) => pixel + (second[n] ?? 0)) }
  })
}

function encoded(
  type: 'BINARY' | 'FRACTIONAL' | 'LABELMAP',
  frames: readonly Frame[],
  more: NaturalDataset = {},
): Uint8Array {
  const { images } = DICOM
  const segments = ORGANS.map(({ segment }, n) => ({
    SegmentNumber: n + 1,
    SegmentLabel: segment.label,
    SegmentedPropertyTypeCodeSequence: [
      {
        ...code('SCT', segment.code?.value ?? '', segment.label),
        ...(segment.laterality === 'left' && {
          SegmentedPropertyTypeModifierCodeSequence: [code('SCT', '7771000', 'Left')],
        }),
      },
    ],
  }))
  return segFile({
    type,
    rows: 50,
    columns: 60,
    segments,
    frames,
    measures: { PixelSpacing: ['3', '3'], SliceThickness: '4', SpacingBetweenSlices: '4' },
    more: {
      StudyInstanceUID: images.studyInstanceUid,
      PatientID: images.patientId,
      FrameOfReferenceUID: images.frameOfReferenceUid,
      ReferencedSeriesSequence: [
        {
          SeriesInstanceUID: images.seriesInstanceUid,
          ReferencedInstanceSequence: images.instances.map(({ sopInstanceUid }) => ({
            ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
            ReferencedSOPInstanceUID: sopInstanceUid,
          })),
        },
      ],
      PerFrameFunctionalGroupsSequence: frames.map(({ segment, z }) => ({
        ...(type !== 'LABELMAP' && { SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }] }),
        PlanePositionSequence: [{ ImagePositionPatient: ['-90', '-75', String(z)] }],
      })),
      ...more,
    },
  })
}

const OCCUPANCY = { SegmentationFractionalType: 'OCCUPANCY', MaximumFractionalValue: 255 }

function packed(file: Uint8Array, frames: readonly Frame[]): Uint8Array {
  const fragments = frames.map(({ pixels }) => {
    const runs: Uint8Array[] = []
    for (let n = 0; n < pixels.length;) {
      const rest = pixels.slice(n)
      const next = rest.findIndex((pixel) => pixel !== rest[0])
      const length = next < 0 ? rest.length : next
      runs.push(packedRun(rest[0] ?? 0, length))
      n += length
    }
    const bytes = Buffer.concat(runs)
    return rleFrame([bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([0x80])])])
  })
  return replace(setValue(file, 'TransferSyntaxUID', RLE), 'PixelData', encapsulated(fragments))
}

async function judgedBytes(bytes: Uint8Array) {
  return judged(await readBack(SCENE.prepared, bytes, DICOM))
}

describe('one object, encoded in other ways', () => {
  const native = encoded('BINARY', framesOf(1))
  let expected: Awaited<ReturnType<typeof judgedBytes>> = {}
  beforeAll(async () => {
    expected = await judgedBytes(native)
  })

  it('is judged at all', () => {
    expect(Object.keys(expected)).toEqual(['Left kidney', 'Liver'])
    expect(expected['Left kidney']).toMatchObject({ verdict: 'accept', score: 5 })
    expect(expected['Liver']?.evidence.length).toBeGreaterThan(10)
  })

  const empty = (segment: number, z: number) => ({
    segment,
    z,
    pixels: Array.from({ length: 3000 }, () => 0),
  })
  const OTHER: readonly (readonly [string, string, () => Uint8Array])[] = [
    ['N7', 'FRACTIONAL, 0 and 255', () => encoded('FRACTIONAL', framesOf(255), OCCUPANCY)],
    ['N7', 'LABELMAP', () => encoded('LABELMAP', labelFrames())],
    ['N7', 'LABELMAP, RLE', () => packed(encoded('LABELMAP', labelFrames()), labelFrames())],
    ['N7', 'FRACTIONAL, RLE', () => packed(encoded('FRACTIONAL', framesOf(255), OCCUPANCY), framesOf(255))],
    ['N10', 'frames backwards', () => encoded('BINARY', framesOf(1).toReversed())],
    [
      'N10',
      'frames slice by slice',
      () =>
        encoded(
          'BINARY',
          framesOf(1).toSorted((a, b) => a.z - b.z || a.segment - b.segment),
        ),
    ],
    ['N11', 'empty frames added', () => encoded('BINARY', [empty(1, -70), ...framesOf(1), empty(2, 70)])],
    [
      'N13',
      'private attributes',
      () =>
        insertBefore(
          insertBefore(native, 'SegmentationType', elementBytes('00610010', 'LO', 'SOMEBODY')),
          'SegmentationType',
          elementBytes('00611001', 'LO', 'something else'),
        ),
    ],
    [
      'N13',
      'other identifiers',
      () => encoded('BINARY', framesOf(1), { SOPInstanceUID: '1.2.77', SeriesInstanceUID: '1.2.78' }),
    ],
  ]
  it.each(OTHER)('%s %s', async (_, __, make) => {
    const bytes = make()
    expect(Buffer.compare(bytes, native)).not.toBe(0)
    expect(await judgedBytes(bytes)).toEqual(expected)
  })

  it('and another object is judged otherwise', async () => {
    const cut = framesOf(1).filter(({ segment, z }) => segment === 2 || z < 10)
    expect(await judgedBytes(encoded('BINARY', cut))).not.toEqual(expected)
  })
})

describe('what is written and read again', () => {
  it.each<[string, string, WrittenAs]>([
    ['N6', 'SEG and back', { as: 'SEG' }],
    ['N8', 'segments in another order, so with other numbers', { as: 'SEG', isReversed: true }],
    ['N13', 'new UIDs', { as: 'SEG', uidPart: 'anew' }],
  ])('%s %s: the same in every word', async (_, __, changes) => {
    expect(withoutNumbers(await judgedAs(changes))).toEqual(withoutNumbers(judged(SCENE.prepared)))
  })

  it.each(['N5', 'N6'])('%s: as contours every voxel stays, and what is said of it', async (id) => {
    const family = FAMILIES.find((one) => one.id === id)
    for (const [name, edit] of Object.entries(family?.edits ?? {})) {
      if (name === 'fewer') continue
      const edited = await edit(SCENE, family?.levels[0] ?? 0, seededRandom(1))
      const prepared = edited?.prepared ?? SCENE.prepared
      for (const [n, { mask }] of [targetOf(SCENE), ...othersOf(SCENE)].entries()) {
        const number = [2, 1, 3][n] ?? 0
        const after = targetOf({ ...SCENE, prepared, number }).mask
        expect(volumeAgreement(mask, after).dice).toBe(1)
      }
      expect(graveOf(judged(prepared))).toEqual(graveOf(judged(SCENE.prepared)))
    }
  })

  it('N5: with fewer points the verdict stays', async () => {
    const edited = await FAMILIES.find(({ id }) => id === 'N5')?.edits['fewer']?.(SCENE, 0.3, seededRandom(1))
    expect(edited).toBeTruthy()
    expect(graveOf(judged(edited?.prepared ?? SCENE.prepared))).toEqual(graveOf(judged(SCENE.prepared)))
  })
})

/** Texts of findings may name another segment by its number, and evidence may be in the order of those. */
function withoutNumbers(said: ReturnType<typeof judged>) {
  return JSON.parse(JSON.stringify(said).replaceAll(/segment \d/g, 'segment'))
}

/** Contours carry evidence of their own. */
function graveOf(said: ReturnType<typeof judged>) {
  return Object.entries(said).map(([label, { verdict, score, findings }]) => ({
    label,
    verdict,
    score,
    findings: findings.map(({ mode, severity, text }) => ({ mode, severity, text })),
  }))
}
