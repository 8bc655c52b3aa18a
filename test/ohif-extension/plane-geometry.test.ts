import { describe, expect, it } from 'vitest'
import { planeDistanceMm, planeGeometry } from '../../ohif-extension/src/viewer/plane-geometry.ts'

const AXIAL = [1, 0, 0, 0, 1, 0]
const classic = (z: number) => ({
  SOPInstanceUID: '1.2',
  ImagePositionPatient: [1, 2, z],
  ImageOrientationPatient: AXIAL,
  PixelSpacing: [3, 2],
})
const expected = (z: number) => ({
  origin: [1, 2, z],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  rowSpacingMm: 3,
  columnSpacingMm: 2,
})

describe('where a plane lies', () => {
  it('of a classic image', () => {
    expect(planeGeometry(classic(7), null)).toEqual(expected(7))
  })

  it('of a frame, whose groups are shared in part', () => {
    const instance = {
      SOPInstanceUID: '1.2',
      SharedFunctionalGroupsSequence: [
        {
          PlaneOrientationSequence: [{ ImageOrientationPatient: AXIAL }],
          PixelMeasuresSequence: [{ PixelSpacing: [3, 2] }],
        },
      ],
      PerFrameFunctionalGroupsSequence: [7, 12].map((z) => ({
        PlanePositionSequence: [{ ImagePositionPatient: [1, 2, z] }],
      })),
    }
    expect(planeGeometry(instance, 2)).toEqual(expected(12))
  })

  it('is not guessed', () => {
    expect(planeGeometry({ ...classic(7), PixelSpacing: undefined }, null)).toBeNull()
    expect(planeGeometry({ ...classic(7), ImagePositionPatient: [1, 'x', 3] }, null)).toBeNull()
  })
})

describe('the distance of planes', () => {
  const planes = (...zMm: number[]) =>
    zMm.map((z) => planeGeometry(classic(z), null)).filter((p) => p !== null)

  it.each([
    { name: 'in any order', zMm: [10, 0, 5], distanceMm: 5 },
    { name: 'with a plane missing', zMm: [0, 5, 10, 20, 25], distanceMm: 5 },
    { name: 'with a plane twice', zMm: [0, 0, 4, 8], distanceMm: 4 },
    { name: 'of one plane', zMm: [3], distanceMm: 1 },
    { name: 'of none', zMm: [], distanceMm: 1 },
  ])('$name', ({ zMm, distanceMm }) => {
    expect(planeDistanceMm(planes(...zMm), 1)).toBe(distanceMm)
  })
})
