import { describe, expect, it } from 'vitest'
import { readPart10, text } from '../../src/dicom/part10.ts'
import { isUid } from '../../src/dicom/uid.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { findComponents } from '../../src/imaging/components.ts'
import { onWholeGrid } from '../../src/phantom/mask-box.ts'
import { DEMO_CASES, DEMO_PATIENTS } from '../../src/phantom/demo-cases.ts'
import { demoMask, demoStudies, makeDemoStudies } from '../../src/phantom/demo.ts'
import { withFault } from '../../src/phantom/faults.ts'
import { makeCtPatient } from '../../src/phantom/patient.ts'
import { redrawn } from '../../src/phantom/redraw.ts'

const patient = makeCtPatient({ seed: 22, frameOfReferenceUid: '2.25.1' })
const liver = patient.truth('liver')

function count(mask: Mask): number {
  return mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
}

function dice(a: Mask, b: Mask): number {
  const [first, second] = [onWholeGrid(a).voxels, onWholeGrid(b).voxels]
  const common = first.reduce((sum, voxel, index) => sum + (voxel & (second[index] ?? 0)), 0)
  return (2 * common) / (count(a) + count(b))
}

/** Slices of the box that hold no voxel. */
function emptySlices(mask: Mask): number {
  const plane = mask.box.size[0] * mask.box.size[1]
  const slices = Array.from({ length: mask.box.size[2] }, (_, k) =>
    mask.voxels.subarray(k * plane, (k + 1) * plane),
  )
  return slices.filter((slice) => !slice.includes(1)).length
}

describe('redrawn', () => {
  it.each(['liver', 'spleen', 'kidney-left', 'aorta'] as const)(
    'draws the %s nearly, in as many pieces and slices',
    (structure) => {
      const truth = patient.truth(structure)
      const drawn = redrawn(truth, 1, 7)
      expect(dice(truth, drawn)).toBeGreaterThan(0.9)
      expect(dice(truth, drawn)).toBeLessThan(0.995)
      expect(findComponents(drawn).components).toHaveLength(1)
      expect(Math.abs(drawn.box.size[2] - truth.box.size[2])).toBeLessThanOrEqual(1)
      expect(emptySlices(drawn)).toBe(0)
    },
  )
})

describe('withFault', () => {
  it('truncated: cuts the upper slices off, flat', () => {
    const cut = withFault(liver, 'truncated')
    expect(cut.box.origin[2]).toBe(liver.box.origin[2])
    expect(cut.box.size[2] / liver.box.size[2]).toBeCloseTo(0.7, 1)
    const last = cut.voxels
      .subarray(-cut.box.size[0] * cut.box.size[1])
      .reduce((sum, voxel) => sum + voxel, 0)
    expect(last).toBeGreaterThan(1000)
  })
  it('slice-gap: leaves three slices inside empty', () => {
    const gap = withFault(patient.truth('spleen'), 'slice-gap')
    expect(emptySlices(gap)).toBe(3)
  })
  it('islands: adds three pieces far away, one of them more than a hundredth of the whole', () => {
    const islands = findComponents(withFault(liver, 'islands')).components
    expect(islands).toHaveLength(4)
    expect((islands[1]?.voxelCount ?? 0) / count(liver)).toBeGreaterThan(0.01)
  })
  it('empty: holds nothing', () => {
    expect(count(withFault(liver, 'empty'))).toBe(0)
  })
})

describe('demo cases', () => {
  it('name every failure mode that a mask alone can show, and good ones', () => {
    const expected = new Set(
      DEMO_CASES.flatMap(({ segments }) => segments.map((segment) => segment.expected)),
    )
    expect(expected).toEqual(new Set([null, 'truncated', 'wrong-side', 'slice-gap', 'fragmented', 'empty']))
  })
  it('say synthetic wherever a person reads', () => {
    for (const { name, patientId, studyDescription } of DEMO_PATIENTS) {
      expect([name, studyDescription].every((words) => /synthetic/i.test(words))).toBe(true)
      expect(patientId).toMatch(/^PLUMBLINE-DEMO-\d$/)
    }
  })
  it('draw a swapped kidney on the other side', () => {
    const [segment] = DEMO_CASES.find(({ id }) => id === 'kidneys-swapped')?.segments ?? []
    if (segment === undefined) throw new Error('no such case')
    expect(segment.structure).toBe('kidney-right')
    expect(dice(demoMask(patient, segment, 1), patient.truth('kidney-left'))).toBeGreaterThan(0.9)
  })
})

describe('demo studies', () => {
  const studies = demoStudies()
  const refs = studies.flatMap(({ images, segmentations }) => [...images, ...segmentations])

  it('name every instance once, legally, and the same on every start', () => {
    expect(refs.every((ref) => isUid(ref.sopInstanceUid) && isUid(ref.seriesInstanceUid))).toBe(true)
    expect(new Set(refs.map((ref) => ref.sopInstanceUid)).size).toBe(refs.length)
    expect(demoStudies()).toEqual(studies)
    expect(studies.flatMap(({ segmentations }) => segmentations.map(({ caseId }) => caseId))).toEqual(
      DEMO_CASES.map(({ id }) => id),
    )
  })

  it('are made as they were announced', () => {
    const [made] = makeDemoStudies(studies.slice(3))
    const study = studies[3]
    expect(made?.images.map((item) => item.sopInstanceUid)).toEqual(
      study?.images.map((ref) => ref.sopInstanceUid),
    )
    expect(made?.segmentations.map((item) => item.sopInstanceUid)).toEqual(
      study?.segmentations.map((ref) => ref.sopInstanceUid),
    )
    for (const item of [made?.images[4], ...(made?.segmentations ?? [])]) {
      const { dataset } = readPart10(item?.bytes ?? new Uint8Array(), { untilPixelData: true })
      expect(text(dataset, 'SOPInstanceUID')).toBe(item?.sopInstanceUid)
      expect(text(dataset, 'SeriesInstanceUID')).toBe(item?.seriesInstanceUid)
      expect(text(dataset, 'SOPClassUID')).toBe(item?.sopClassUid)
      expect(text(dataset, 'StudyInstanceUID')).toBe(study?.studyInstanceUid)
      expect(text(dataset, 'SeriesDescription')).toMatch(/SYNTHETIC/)
      expect(text(dataset, 'PatientID')).toBe('PLUMBLINE-DEMO-4')
    }
  })
})
