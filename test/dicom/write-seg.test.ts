import { describe, expect, it } from 'vitest'
import { items, numbers, readPart10, text, texts, type Dataset } from '../../src/dicom/part10.ts'
import { deriveUid } from '../../src/dicom/uid.ts'
import { SEGMENTATION_STORAGE } from '../../src/dicom/segmentation-header.ts'
import { writeSeg } from '../../src/dicom/write-seg.ts'
import { emptyMask, geometry, mask, pixelBytes, segInput, segment, source } from './write-samples.ts'

function read(bytes: Uint8Array): Dataset {
  return readPart10(bytes).dataset
}

function only(dataset: Dataset | undefined, keyword: string): Dataset {
  const [first, ...more] = dataset === undefined ? [] : items(dataset, keyword)
  if (first === undefined || more.length > 0) throw new Error(`${keyword} has not one item`)
  return first
}

describe('writeSeg', () => {
  const dataset = read(
    writeSeg(segInput([segment('one', mask), segment('none', emptyMask), segment('two', mask)])).bytes,
  )
  const frames = items(dataset, 'PerFrameFunctionalGroupsSequence')

  it('describes every segment and writes only frames that hold something', () => {
    expect(items(dataset, 'SegmentSequence').map((item) => text(item, 'SegmentLabel'))).toEqual([
      'one',
      'none',
      'two',
    ])
    const numbersOfFrames = frames.map((frame) =>
      numbers(only(frame, 'SegmentIdentificationSequence'), 'ReferencedSegmentNumber'),
    )
    expect(numbersOfFrames).toEqual([[1], [1], [3], [3]])
    expect(text(dataset, 'NumberOfFrames')).toBe('4')
  })

  it('packs frames as one continuous stream of bits, least significant first', () => {
    const packed = pixelBytes(dataset)
    expect(packed.length).toBe(18)
    const set = Array.from({ length: 140 }, (_, bit) => bit).filter(
      (bit) => ((packed[bit >> 3] ?? 0) >> (bit & 7)) & 1,
    )
    const firstSlice = [11, 12, 13, 16, 18, 21, 22, 23]
    const secondSlice = [13, 17, 21, 22].map((bit) => bit + 35)
    const both = [...firstSlice, ...secondSlice]
    expect(set).toEqual([...both, ...both.map((bit) => bit + 70)])
  })

  it('says where each frame lies, from which image it comes, and its dimension index', () => {
    const last = frames[3]
    const position = numbers(only(last, 'PlanePositionSequence'), 'ImagePositionPatient')
    expect(position[1]).toBeCloseTo(15 - 6 * Math.sin(0.2), 9)
    const image = only(only(last, 'DerivationImageSequence'), 'SourceImageSequence')
    expect(text(image, 'ReferencedSOPInstanceUID')).toBe(source.sopInstanceUids[2])
    expect(numbers(only(last, 'FrameContentSequence'), 'DimensionIndexValues')).toEqual([3, 2])
    const reference = only(dataset, 'ReferencedSeriesSequence')
    expect(text(reference, 'SeriesInstanceUID')).toBe(source.seriesInstanceUid)
    expect(items(reference, 'ReferencedInstanceSequence')).toHaveLength(4)
  })

  it('codes type, side, algorithm and tracking', () => {
    const [first] = items(dataset, 'SegmentSequence')
    const type = only(first, 'SegmentedPropertyTypeCodeSequence')
    expect(text(type, 'CodeValue')).toBe('64033007')
    expect(text(only(type, 'SegmentedPropertyTypeModifierCodeSequence'), 'CodeMeaning')).toBe('Left')
    const algorithm = only(first, 'SegmentationAlgorithmIdentificationSequence')
    expect(text(algorithm, 'AlgorithmVersion')).toBe('1.2')
    expect(texts(first ?? {}, 'TrackingID')).toEqual(['track one'])
  })

  it('refers a refined segment to the one it came from', () => {
    const instance = {
      studyInstanceUid: deriveUid('s'),
      seriesInstanceUid: deriveUid('old series'),
      sopInstanceUid: deriveUid('old'),
      sopClassUid: SEGMENTATION_STORAGE,
    }
    const refined = segment('one', mask, {
      algorithmType: 'SEMIAUTOMATIC',
      predecessor: { instance, segmentNumber: 7 },
    })
    const written = read(writeSeg(segInput([refined])).bytes)
    const [frame] = items(written, 'PerFrameFunctionalGroupsSequence')
    const [, old] = items(only(frame, 'DerivationImageSequence'), 'SourceImageSequence')
    expect(text(old ?? {}, 'ReferencedSOPInstanceUID')).toBe(instance.sopInstanceUid)
    expect(numbers(old ?? {}, 'ReferencedSegmentNumber')).toEqual([7])
    const series = items(written, 'ReferencedSeriesSequence').map((item) => text(item, 'SeriesInstanceUID'))
    expect(series).toEqual([source.seriesInstanceUid, instance.seriesInstanceUid])
  })

  it('refuses what would not be legal or true', () => {
    expect(() => writeSeg(segInput([segment('none', emptyMask)]))).toThrow(/needs one frame/)
    const moved = {
      ...geometry,
      affine: geometry.affine.map((value, index) => (index === 3 ? value + 1 : value)),
    }
    expect(() => writeSeg(segInput([segment('one', { ...mask, geometry: moved })]))).toThrow(/source images/)
    const elsewhere = { ...geometry, frameOfReferenceUid: deriveUid('elsewhere') }
    expect(() => writeSeg(segInput([segment('one', { ...mask, geometry: elsewhere })]))).toThrow(
      /source images/,
    )
    const short = { ...source, sopInstanceUids: source.sopInstanceUids.slice(1) }
    expect(() => writeSeg(segInput([segment('one', mask)], { source: short }))).toThrow(/differ in slices/)
  })
})
