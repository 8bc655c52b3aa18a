import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Figure } from '../../../src/domain/figure.ts'
import type { Finding } from '../../../src/domain/evidence.ts'
import type { Geometry, Vector3 } from '../../../src/domain/geometry.ts'
import { drawFigures, type FigureInput } from '../../../src/reasoner/figures/draw-figures.ts'
import { GREYS, PALETTE } from '../../../src/reasoner/figures/palette.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../../support/draw.ts'

const SECRET = 'DOE^JANE 1970'
const centre: Vector3 = [32, 30, 40]
const ball = ellipsoid(centre, [12, 10, 14])

/** A bright ball in grey, on a CT of 5 mm slices, with free text of DICOM wherever an input can have some. */
function inputOf(
  changes: Partial<FigureInput> = {},
  geometry: Geometry = gridOf([64, 64, 17], { spacingMm: [1, 1, 5] }),
): FigureInput {
  const volume = {
    ...paintVolume(geometry, (x, y, z) => (ball(x, y, z) ? 120 : 20) + ((x * 7 + y * 13) % 5)),
    seriesInstanceUid: SECRET,
  }
  const finding: Finding = {
    id: 'F1',
    mode: 'truncated',
    severity: 'critical',
    text: SECRET,
    evidence: [],
    instances: ['2.25.108'],
  }
  return {
    segmentNumber: 3,
    volume,
    mask: paintMask(geometry, ball),
    structure: { id: 'liver', kind: 'organ' },
    findings: [finding],
    response: null,
    ...changes,
  }
}

function summary(input: FigureInput): string[] {
  return drawFigures(input).map(
    ({ figure: { name, kind, panels, width, height } }) =>
      `${name} ${kind} ${width}x${height} ${panels.map(({ label }) => label).join(' ')}`,
  )
}

describe('sheets of a segment', () => {
  test('raw beside outlined, three slices a sheet; context; reformats', () => {
    expect(summary(inputOf())).toEqual([
      '3-slices-1 slices 976x1548 A1 A2 B1 B2 C1 C2',
      '3-slices-2 slices 976x1548 A1 A2 B1 B2 C1 C2',
      '3-slices-3 slices 976x516 A1 A2',
      '3-context context 1464x516 A1 A2 A3',
      '3-reformat reformat 976x1032 A1 A2 B1 B2',
    ])
  })

  test('two windows of a lung nodule make nine panels', () => {
    const [first] = summary(inputOf({ structure: { id: 'lung-nodule', kind: 'lesion' } }))
    expect(first).toBe('3-slices-1 slices 1464x1548 A1 A2 A3 B1 B2 B3 C1 C2 C3')
  })

  test('few slices make no pictures across them', () => {
    const flat = inputOf({}, gridOf([64, 64, 3], { spacingMm: [1, 1, 5], origin: [0, 0, 35] }))
    expect(summary(flat).map((text) => text.split(' ')[1])).toEqual(['slices', 'context'])
  })

  test('a response map has its own, and its maxima are among the slices', () => {
    const plain = inputOf()
    const { geometry } = plain.volume
    const response = {
      grid: paintVolume(geometry, (x, _, z) => (x > 50 && z === 75 ? 1 : 0)),
      mask: plain.mask,
      box: { origin: [0, 0, 0], size: geometry.size },
      slices: Array.from({ length: geometry.size[2] }, (_, k) => k),
    } as const
    const sheets = drawFigures({ ...plain, response })
    const last = sheets.at(-1)?.figure
    expect(last).toMatchObject({ name: '3-response', kind: 'response' })
    expect(last?.panels.map(({ text }) => text)).toContain(
      'axial slice 16 of 17, outlined: highest response outside; response map',
    )
    expect(
      sheets.flatMap(({ figure }) => figure.panels.map(({ sopInstanceUid }) => sopInstanceUid)),
    ).toContain('2.25.115')
  })

  test('every sheet fits its schema and says which image each panel shows; reformats show none', () => {
    for (const { figure, pixels } of drawFigures(inputOf())) {
      expect(Figure.parse(figure)).toEqual(figure)
      expect(pixels).toHaveLength(figure.width * figure.height)
      expect(Math.max(...pixels.slice(0, 1000))).toBeLessThan(PALETTE.length)
    }
    const [slices] = drawFigures(inputOf())
    expect(slices?.figure.panels[0]).toEqual({
      label: 'A1',
      text: 'axial slice 6 of 17: 1 beyond inferior end; liver window (width 160, level 60 HU)',
      sopInstanceUid: '2.25.105',
      frameNumber: null,
    })
    const reformat = drawFigures(inputOf()).find(({ figure }) => figure.kind === 'reformat')
    expect(reformat?.figure.panels.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  test('a slice without an image says so', () => {
    const input = inputOf()
    const instances = input.volume.instances.map((uid, k) => (k === 5 ? null : uid))
    const texts = drawFigures({ ...input, volume: { ...input.volume, instances } }).flatMap(({ figure }) =>
      figure.panels.map(({ text }) => text),
    )
    expect(texts.filter((text) => text.includes('no image'))).toEqual([
      'axial slice 6 of 17: 1 beyond inferior end; liver window (width 160, level 60 HU); there is no image here',
      'axial slice 6 of 17, outlined: 1 beyond inferior end; liver window (width 160, level 60 HU); there is no image here',
    ])
  })

  test('an empty mask has none, one on another grid is refused', () => {
    const input = inputOf()
    expect(drawFigures({ ...input, mask: paintMask(input.volume.geometry, () => false) })).toEqual([])
    expect(() => drawFigures({ ...input, mask: paintMask(gridOf([64, 64, 18]), ball) })).toThrow(RangeError)
  })
})

describe('what is drawn', () => {
  /** Entries of a panel's image: 448 pixels square, 20 from its corner. */
  function imageOf(sheet: ReturnType<typeof drawFigures>[number] | undefined, column: number): number[][] {
    if (sheet === undefined) throw new Error('There is no such sheet.')
    const { figure, pixels } = sheet
    return Array.from({ length: 448 }, (_, y) => [
      ...pixels.subarray(
        (20 + y) * figure.width + column * 488 + 20,
        (20 + y) * figure.width + column * 488 + 468,
      ),
    ])
  }

  test('the raw image has greys only, and the outlined one is the same but for a line of 2 pixels', () => {
    const [, second] = drawFigures(inputOf())
    const [raw, outlined] = [imageOf(second, 0), imageOf(second, 1)]
    const plain = raw.flat()
    expect(plain.every((entry) => entry < GREYS)).toBe(true)
    const changed = outlined.flat().filter((entry, n) => entry !== plain[n])
    expect(changed.length).toBeGreaterThan(500)
    expect(changed.every((entry) => entry >= GREYS)).toBe(true)
    // In the middle row the line is crossed twice.
    const middle = outlined[224]?.map((entry) => entry >= GREYS) ?? []
    const runs = middle.map((is, n) => is && middle[n - 1] !== true).filter(Boolean)
    expect(runs).toHaveLength(2)
    const crossed = middle.filter(Boolean).length
    expect(crossed).toBeGreaterThanOrEqual(4)
    expect(crossed).toBeLessThanOrEqual(8)
  })

  test('inside of the line is bright and outside is dark: it lies on the edge', () => {
    const [, second] = drawFigures(inputOf())
    const row = imageOf(second, 1)[224] ?? []
    const first = row.findIndex((entry) => entry >= GREYS)
    // 120 and 20 HU in a window from -20 to 140, 6 voxels (37 pixels) from the edge.
    expect(row[first + 37]).toBeGreaterThan(0.8 * GREYS)
    expect(row[first - 37]).toBeLessThan(0.35 * GREYS)
  })

  /** The font is ours and the arithmetic exact, so pixels are too. A change of looks is seen here; look at it, then update. */
  test('to the last pixel', () => {
    const digests = drawFigures(inputOf()).map(
      ({ figure, pixels }) =>
        `${figure.name} ${createHash('sha256').update(pixels).digest('hex').slice(0, 16)}`,
    )
    expect(digests).toMatchInlineSnapshot(`
      [
        "3-slices-1 97477577f2178b5f",
        "3-slices-2 570cd4a528234626",
        "3-slices-3 934776fcf3f6e913",
        "3-context 3d33b803dc36b7dc",
        "3-reformat d33b5411ba4c3e1b",
      ]
    `)
  })
})

/** Every word and sign that may be written on a sheet or said of it. Numbers besides. */
const WORDS = new Set(
  `axial coronal sagittal oblique slice reformat of outlined largest area whole worst finding highest response outside
   beyond end the way through inferior superior anterior posterior left right there is no image here map
   window width level HU lung mediastinum soft tissue vessel brain bone liver SUV from to white black middle percent its values high`
    .trim()
    .split(/\s+/),
)

test('nothing but our words is said of a panel, whatever the inputs hold', () => {
  const structures: FigureInput['structure'][] = [
    null,
    { id: 'lung-nodule', kind: 'lesion' },
    { id: SECRET, kind: 'vessel' },
    { id: 'femur', kind: 'bone' },
  ]
  const angle = fc.double({ min: -3, max: 3, noNaN: true })
  fc.assert(
    fc.property(
      fc.constantFrom(...structures),
      fc.constantFrom('CT', 'MR', 'PT'),
      fc.constantFrom('1', 'g/ml{SUVbw}', SECRET),
      angle,
      angle,
      (structure, modality, unit, a, b) => {
        const size: Vector3 = [12, 14, 6]
        const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)]
        const affine = [ca, -sa * cb, sa * sb, 0, sa, ca * cb, -ca * sb, 0, 0, sb, cb, 0, 0, 0, 0, 1]
        const geometry = { frameOfReferenceUid: SECRET, size, affine }
        const volume = {
          ...paintVolume(gridOf(size), (x) => x, modality),
          geometry,
          unit,
          seriesInstanceUid: SECRET,
        }
        const voxels = Uint8Array.from({ length: 12 * 14 * 6 }, (_, n) => (n % 5 === 0 ? 1 : 0))
        const mask = { geometry, box: { origin: [0, 0, 0], size } as const, voxels }
        for (const { figure } of drawFigures({ ...inputOf(), volume, mask, structure })) {
          expect(figure.text).not.toContain('DOE')
          for (const { text } of figure.panels)
            for (const word of text.split(/[\s,:;()/]+/))
              if (!/^-?\d*$/.test(word)) expect(WORDS).toContain(word)
        }
      },
    ),
    { numRuns: 12 },
  )
})
