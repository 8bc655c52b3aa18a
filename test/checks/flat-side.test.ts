import { expect, it } from 'vitest'
import { checkFlatSide } from '../../src/checks/flat-side.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([60, 60, 60])
const VOLUME = paintVolume(GRID, () => 0)
const BODY = ellipsoid([30, 30, 30], [22, 18, 24])

function resolvedAs(id: string) {
  return named('it', aStructure({ id, names: ['it'], tapers: id !== 'aorta' }))
}

function findingsOf(isKept: (x: number, y: number, z: number) => boolean, id: string) {
  const mask = paintMask(GRID, (x, y, z) => BODY(x, y, z) && isKept(x, y, z))
  return checkFlatSide(volumeContext(mask, VOLUME, { resolved: resolvedAs(id) })).findings
}

it.each([
  ['right', (x: number) => x >= 30],
  ['left', (x: number) => x <= 30],
  ['front', (_: number, y: number) => y >= 28],
  ['back', (_: number, y: number) => y <= 33],
] as const)('finds an organ of which the %s half is gone', (side, isKept) => {
  const [finding, more] = findingsOf(isKept, 'spleen')
  expect(finding).toMatchObject({ mode: 'truncated', severity: 'major' })
  expect(finding?.text).toContain(`${side} side is cut flat`)
  expect(finding?.instances.length).toBeGreaterThan(0)
  expect(more).toBeUndefined()
})

it('says nothing of a whole one, of one that does not taper, of a lobe, of what the images cut', () => {
  expect(findingsOf(() => true, 'spleen')).toEqual([])
  expect(findingsOf((x) => x > 10, 'spleen')).toEqual([])
  expect(findingsOf((x) => x <= 30, 'aorta')).toEqual([])
  expect(findingsOf((x) => x <= 30, 'lung-lower-lobe')).toEqual([])
  const atEdge = paintMask(GRID, (x, y, z) => ellipsoid([30, 30, 5], [22, 18, 24])(x, y, z) && x <= 30)
  expect(checkFlatSide(volumeContext(atEdge, VOLUME, { resolved: resolvedAs('spleen') })).findings).toEqual(
    [],
  )
})
