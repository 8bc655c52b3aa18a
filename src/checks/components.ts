/**
 * Connected pieces against the number the structure has. Pieces cut apart by the image's edge do not count, nor does
 * what only an empty slice parts: that is slice-gap.ts's.
 */
import type { CheckResult, MaskContext } from './check.ts'
import type { Geometry, Mask } from '../domain/geometry.ts'
import { findComponents, onlyComponents, type Component } from '../imaging/components.ts'
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import { gapSlices } from './slice-gap.ts'
import { expectationsOf } from './structure.ts'
import { counted, describeSlice, figure, imagesOf, percent } from './words.ts'

/** From this share on the pieces are no islands but a second object. */
const EXTENSIVE_SHARE = 0.2

export function checkComponents(context: MaskContext): CheckResult {
  const { resolved, volume, policy } = context
  const { mask, measures, imageSlice } = context.shape
  const gaps = gapSlices(context)
  const found = findComponents(bridge(mask, gaps))
  const { components } = found
  const expected = expectationsOf(resolved).componentsMax
  const islands =
    expected === null ? [] : components.slice(expected).filter((piece) => !touchesEdge(piece, mask.geometry))
  const voxels = islands.reduce((sum, { voxelCount }) => sum + voxelCount, 0)
  const share = voxels / measures.voxelCount
  const cm3 = (count: number): number => (count * voxelVolumeMm3(mask.geometry)) / 1000
  const [largest] = islands
  const source = resolved.structure?.components.source ?? ''
  const evidence = [
    {
      key: 'components',
      name: 'component count',
      value: components.length,
      unit: '1',
      where: `whole segment, 26-connected${gaps.length > 0 ? ', empty slices bridged' : ''}`,
      ...(expected === null ? {} : { expected: { low: 1, high: expected, source } }),
    },
  ]
  if (largest === undefined || expected === null) return { evidence, findings: [] }
  const slices = worstIslandSlices(islands)
  const one = islands.length === 1
  return {
    evidence: [
      ...evidence,
      {
        key: 'islands.share',
        name: 'island share',
        value: share,
        unit: '1',
        where: `${counted(islands.length, 'island')} outside the expected ${expected}`,
        expected: { low: null, high: policy.islandMinorFractionMax, source: 'policy islandMinorFractionMax' },
      },
      {
        key: 'islands.largest',
        name: 'largest island',
        value: cm3(largest.voxelCount),
        unit: 'cm3',
        where: describeSlice(mask.geometry, worstSlice(largest)),
      },
    ],
    findings: [
      {
        mode: 'fragmented',
        severity:
          share > EXTENSIVE_SHARE ? 'critical' : share > policy.islandMinorFractionMax ? 'major' : 'minor',
        text: `${counted(islands.length, 'island')} beside the expected ${counted(expected, 'piece')}, ${one ? '' : 'together '}${percent(share)} of the segment; ${one ? 'it' : 'the largest'} has ${figure(cm3(largest.voxelCount))} cm3, at ${describeSlice(mask.geometry, worstSlice(largest))}.`,
        evidence: ['components', 'islands.share', 'islands.largest'],
        ...imagesOf(volume, slices.map(imageSlice)),
        region: {
          kind: 'too-much',
          voxels: () =>
            onlyComponents(mask, found, new Set(islands.map((island) => components.indexOf(island)))),
        },
      },
    ],
  }
}

/** A piece that reaches the edge of the grid may be joined to the rest outside of it. */
function touchesEdge({ box }: Component, { size }: Geometry): boolean {
  return ([0, 1, 2] as const).some(
    (axis) => box.origin[axis] === 0 || box.origin[axis] + box.size[axis] === size[axis],
  )
}

/** The slice that shows most of one piece. */
function worstSlice({ box, sliceCounts }: Component): number {
  return (
    box.origin[2] +
    sliceCounts.reduce((best, count, index) => (count > (sliceCounts[best] ?? 0) ? index : best), 0)
  )
}

/** One slice per island, largest island first, then the rest of the largest one's slices. */
function worstIslandSlices(islands: readonly Component[]): number[] {
  const rest = islands
    .slice(0, 1)
    .flatMap(({ box, sliceCounts }) => sliceCounts.map((_, index) => box.origin[2] + index))
  return [...new Set([...islands.map(worstSlice), ...rest])]
}

/** The mask with each empty slice filled like the one before it. */
function bridge(mask: Mask, gaps: readonly number[]): Mask {
  if (gaps.length === 0) return mask
  const area = mask.box.size[0] * mask.box.size[1]
  const voxels = Uint8Array.from(mask.voxels)
  for (const k of gaps) {
    const from = (k - mask.box.origin[2]) * area
    voxels.copyWithin(from, from - area, from)
  }
  return { ...mask, voxels }
}
