import { describe, expect, it } from 'vitest'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { createProposalWriter } from '../../src/dicom/refined-seg.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { items, readPart10, text } from '../../src/dicom/part10.ts'
import { PRODUCT_NAME } from '../../src/domain/product.ts'
import { LIMITS } from './read-samples.ts'
import { proposal } from './proposal-samples.ts'
import { mask } from './write-samples.ts'

const { dictionary } = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
const writer = createProposalWriter({ dictionary, version: '1' })

describe('a refined SEG', () => {
  it('reads back voxel by voxel, under the tracking identifiers of the original', async () => {
    const { bytes } = writer.refinedSeg(proposal())
    const read = await readSegmentation(bytes, LIMITS)
    expect(read.object.producer.manufacturer).toBe(PRODUCT_NAME)
    const [segment] = read.segments
    expect(segment).toMatchObject({
      number: 1,
      label: 'Liver',
      trackingId: 'track 3',
      trackingUid: '2.25.33',
    })
    const shape = segment?.shape
    expect(shape?.kind === 'mask' && [...shape.mask.voxels]).toEqual([...mask.voxels])
  })

  it('is a proposal, made from a segment of the original', () => {
    const part10 = readPart10(writer.refinedSeg(proposal()).bytes)
    expect(text(part10.dataset, 'SeriesDescription')).toBe('Plumbline refined proposal')
    expect(text(part10.dataset, 'PatientID')).toBe('P1')
    const [segment] = items(part10.dataset, 'SegmentSequence')
    expect(segment && text(segment, 'SegmentAlgorithmType')).toBe('SEMIAUTOMATIC')
  })

  it('is the same for the same case', () => {
    const [one, other] = [writer.refinedSeg(proposal()), writer.refinedSeg(proposal())]
    expect(one).toEqual(other)
  })

  it.each([
    {
      name: 'images of no kind',
      changes: { source: { ...proposal().source, instances: [] } },
      code: 'unsupported-dicom',
    },
  ])('is not written for $name', ({ changes, code }) => {
    expect(() => writer.refinedSeg({ ...proposal(), ...changes })).toThrow(expect.objectContaining({ code }))
  })
})
