import { describe, expect, it } from 'vitest'
import { array, assert, integer, property } from 'fast-check'
import type { Mask } from '../../src/domain/geometry.ts'
import { traceOutlines, type PlanePoint } from '../../src/dicom/trace-outlines.ts'

function maskOf(columns: number, rows: number, voxels: readonly number[]): Mask {
  const size = [columns, rows, 1] as const
  const geometry = {
    frameOfReferenceUid: null,
    size: [50, 50, 9],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  } as const
  return { geometry, box: { origin: [10, 20, 5], size }, voxels: Uint8Array.from(voxels) }
}

/** Even-odd fill of all polygons together at voxel centres. A ray upwards meets no vertex at a whole column. */
function rasterise(polygons: readonly (readonly PlanePoint[])[], i: number, j: number): boolean {
  let insideAny = false
  for (const polygon of polygons) {
    let inside = false
    for (const [n, [ax, ay]] of polygon.entries()) {
      const [bx, by] = polygon[(n + 1) % polygon.length] ?? [0, 0]
      const x = i + 1e-6
      if (ax > x !== bx > x && j < ay + ((x - ax) * (by - ay)) / (bx - ax)) inside = !inside
    }
    insideAny ||= inside
  }
  return insideAny
}

describe('traceOutlines', () => {
  it('draws a voxel as a diamond through the middles between it and its neighbours', () => {
    const [outline] = traceOutlines(maskOf(1, 1, [1]))
    expect(outline?.k).toBe(5)
    expect(new Set(outline?.polygons[0]?.map(String))).toEqual(
      new Set(['10,19.5', '10.5,20', '10,20.5', '9.5,20']),
    )
  })

  it('opens a hole to its ring, so that one polygon says both', () => {
    const ring = [1, 1, 1, 1, 0, 1, 1, 1, 1]
    const [outline] = traceOutlines(maskOf(3, 3, ring))
    expect(outline?.polygons).toHaveLength(1)
    expect(
      ring.map((_, n) => Number(rasterise(outline?.polygons ?? [], 10 + (n % 3), 20 + Math.floor(n / 3)))),
    ).toEqual(ring)
  })

  it('leaves out slices without voxels', () => {
    expect(traceOutlines(maskOf(2, 2, [0, 0, 0, 0]))).toEqual([])
  })

  it('gives any mask back when filled at voxel centres', () => {
    assert(
      property(array(integer({ min: 0, max: 1 }), { minLength: 63, maxLength: 63 }), (voxels) => {
        const polygons = traceOutlines(maskOf(9, 7, voxels)).flatMap((outline) => outline.polygons)
        const filled = voxels.map((_, n) => Number(rasterise(polygons, 10 + (n % 9), 20 + Math.floor(n / 9))))
        expect(filled).toEqual(voxels)
      }),
      { numRuns: 300 },
    )
  })
})
