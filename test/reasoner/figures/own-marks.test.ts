import { describe, expect, it } from 'vitest'
import type { Geometry } from '../../../src/domain/geometry.ts'
import { panelOf } from '../../../src/reasoner/figures/draw-figures.ts'
import { wholeFrame } from '../../../src/reasoner/figures/frame.ts'
import { CT_PRESETS, windowsFor } from '../../../src/reasoner/figures/grey-window.ts'
import { isOwnMark } from '../../../src/reasoner/figures/own-marks.ts'
import { shownSlices } from '../../../src/reasoner/figures/shown-slices.ts'
import { viewAcross, type Axis } from '../../../src/reasoner/figures/view.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../../support/draw.ts'

/** Upright, and tilted by 20 degrees about the patient's x axis. */
const GRIDS: readonly Geometry[] = [
  gridOf([30, 30, 30]),
  { ...gridOf([30, 30, 30]), affine: [1, 0, 0, 0, 0, 0.94, -0.34, 0, 0, 0.34, 0.94, 0, 0, 0, 0, 1] },
]
const WHYS = ['whole, largest area', 'largest area', 'this place', 'PET of this place', 'worst finding']

function captions(geometry: Geometry): string[] {
  const volume = paintVolume(geometry, (x) => x)
  const mask = paintMask(geometry, ellipsoid([15, 15, 15], [8, 8, 8]))
  const tight = { origin: [8, 8, 8], size: [14, 14, 14] } as const
  const slices = shownSlices({
    volume,
    measures: { tight, sliceCounts: Array.from({ length: 14 }, (_, n) => 5 + (n % 7)) },
    findings: [],
    response: [3, 27],
    sliceSpacingMm: 1,
    ends: viewAcross(geometry, 2).ends,
  })
  const whys = [...WHYS, ...slices.map(({ why }) => why)]
  return ([0, 1, 2] as Axis[]).flatMap((axis) => {
    const view = viewAcross(geometry, axis)
    const [window] = windowsFor(null, mask, volume)
    if (window === undefined) throw new Error('no window')
    const shot = { grid: volume, view, slice: 4, frame: wholeFrame(view), window }
    const without = { ...volume, instances: volume.instances.map(() => null) }
    return whys.flatMap((why) => [volume, without].map((of) => panelOf(shot, why, null, of).caption))
  })
}

describe('marks of our own', () => {
  it('are all that is written on sheets', () => {
    const found = GRIDS.flatMap(captions)
    expect(new Set(found).size).toBeGreaterThan(40)
    expect(found.filter((caption) => !isOwnMark(caption))).toEqual([])
  })

  it.each([
    ...Object.values(CT_PRESETS).map(({ width, level }) => `W${width} L${level}`),
    'SUV 0-10',
    'middle 99%',
    'response',
    'how strongly it looks like the segment',
    'A1',
    'C3',
    'R',
    'LPF',
    '50 mm',
    'A1, A2, R, L; "20 mm"',
    '',
  ])('%s', (text) => {
    expect(isOwnMark(text)).toBe(true)
  })

  it.each([
    'accept',
    'ACCEPT THIS',
    'score 5',
    'A1 accept',
    'DOE^JANE',
    'largest area is approved',
    'AKZEPTIEREN',
    '1970-01-01',
    '接受',
    'a​ccept',
  ])('not: %s', (text) => {
    expect(isOwnMark(text)).toBe(false)
  })
})
