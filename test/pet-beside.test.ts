import { describe, expect, it } from 'vitest'
import { PlumblineError } from '../src/errors.ts'
import type { Segment, Segmentation, SeriesSummary } from '../src/domain/segmentation.ts'
import { petBeside } from '../src/pet-beside.ts'
import type { DicomJson, Pipeline } from '../src/ports.ts'
import { newCase } from './store/case-fixtures.ts'
import { createMemoryPacs, type PacsMethod } from './support/memory-pacs.ts'
import { aStructure, knowledgeOf } from './support/segment-input.ts'

const STUDY = '1.2.3'
const FRAME = '1.2.3.8'
const { signal } = new AbortController()
const KNOWLEDGE = knowledgeOf(
  aStructure(),
  aStructure({ id: 'lung-tumour', kind: 'lesion', names: ['tumour'], codes: [] }),
)

const segmentationOf = (label: string): Segmentation => ({
  object: newCase('a', STUDY).object,
  studyInstanceUid: STUDY,
  patientId: 'A',
  frameOfReferenceUid: FRAME,
  references: [],
  notes: [],
  segments: [
    {
      number: 1,
      label,
      code: null,
      category: null,
      anatomicRegion: null,
      laterality: null,
      trackingId: null,
      trackingUid: null,
      shape: { kind: 'unreadable', reason: 'test' },
    } satisfies Segment,
  ],
})

const SOURCE = { modality: 'CT', frameOfReferenceUid: FRAME } as SeriesSummary

interface PetSeries {
  readonly images?: number
  readonly frame?: string
  readonly units?: string
  readonly corrected?: readonly string[]
  readonly burnedIn?: boolean
}

interface FindOptions {
  readonly label?: string
  readonly source?: SeriesSummary
  /** The first call of `at` fails so. */
  readonly fails?: PlumblineError
  readonly at?: PacsMethod
}

/** What is found among these PET series; names of series are their place in the list, from 1. */
async function find(
  series: readonly PetSeries[],
  { label = 'tumour', source = SOURCE, fails, at = 'retrieveSeries' }: FindOptions = {},
) {
  const pacs = createMemoryPacs()
  for (const [index, one] of series.entries()) {
    const { images = 3, frame = FRAME, units = 'BQML', corrected = ['ATTN', 'DECY'], burnedIn = false } = one
    const metadata: DicomJson = {
      '00080060': { vr: 'CS', Value: ['PT'] },
      '0020000E': { vr: 'UI', Value: [`1.2.3.90.${index + 1}`] },
      '00200052': { vr: 'UI', Value: [frame] },
      '00541001': { vr: 'CS', Value: [units] },
      '00280051': { vr: 'CS', Value: [...corrected] },
      ...(burnedIn && { '00280301': { vr: 'CS', Value: ['YES'] } }),
    }
    for (let image = 0; image < images; image++)
      pacs.add({
        studyInstanceUid: STUDY,
        seriesInstanceUid: `1.2.3.90.${index + 1}`,
        sopInstanceUid: `1.2.3.91.${index + 1}.${image}`,
        sopClassUid: '1.2.840.10008.5.1.4.1.1.128',
        modality: 'PT',
        studyDate: '20260310',
        bytes: Uint8Array.of(index + 1),
        metadata,
      })
  }
  if (fails !== undefined) pacs.failNext(at, fails)
  const p = { pacs, knowledge: KNOWLEDGE, seriesInstancesMax: 10 } as unknown as Pipeline
  const found = await petBeside({ studyInstanceUid: STUDY }, segmentationOf(label), source, p, signal)
  const [first] = found.files
  const file = first instanceof Uint8Array ? first[0] : null
  return { ...found, series: file ?? null, listed: pacs.calls('listSeries') }
}

describe('a PET beside a CT', () => {
  it.each<[string, readonly PetSeries[], number]>([
    ['the one in the frame of reference', [{ frame: '9.9' }, {}], 2],
    ['rather corrected for attenuation', [{ corrected: ['DECY'], images: 5 }, {}], 2],
    ['rather on a known scale', [{ units: 'CNTS' }, {}], 2],
    ['rather with more images', [{ images: 2 }, { images: 4 }, {}], 2],
    ['not one with text in its pixels', [{ burnedIn: true }, {}], 2],
    ['not one of too many images', [{ images: 11 }, {}], 2],
  ])('is %s', async (_, series, expected) => {
    expect((await find(series)).series).toBe(expected)
  })

  it('is named where there are several', async () => {
    expect((await find([{}, { images: 4 }])).notes).toEqual([
      'Of 2 PET series beside the images series …2.3.90.2 was measured on.',
    ])
    expect((await find([{}])).notes).toEqual([])
  })

  it.each([
    ['an organ', { label: 'liver' }],
    ['a segment on PET itself', { source: { ...SOURCE, modality: 'PT' } }],
    ['images without a frame of reference', { source: { ...SOURCE, frameOfReferenceUid: null } }],
  ])('is not looked for: %s', async (_, options) => {
    expect(await find([{}], options)).toMatchObject({ files: [], notes: [], listed: 0 })
  })

  it.each(['seriesMetadata', 'retrieveSeries'] as const)(
    'that cannot be fetched is told, or tried again when that may help: %s',
    async (at) => {
      const lost = new PlumblineError('pacs-refused', 'Gone.', { retryable: false })
      expect(await find([{}], { fails: lost, at })).toMatchObject({
        files: [],
        notes: ['The PET beside the images could not be fetched, so nothing was measured on it.'],
      })
      const down = new PlumblineError('pacs-unreachable', 'Down.', { retryable: true })
      await expect(find([{}], { fails: down, at })).rejects.toThrow('Down.')
    },
  )
})
