import type { SegmentResult } from '../../src/domain/case.ts'
import type { SegmentErrors } from '../../src/domain/error-mask.ts'
import type { NewCase, StoreItem } from '../../src/ports.ts'

export function newCase(id: string, studyInstanceUid = '1.2.3'): NewCase {
  return {
    id,
    studyInstanceUid,
    object: {
      modality: 'SEG',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.66.4',
      sopInstanceUid: `1.2.3.4.${id.length}`,
      seriesInstanceUid: '1.2.3.4',
      label: 'Liver',
      producer: { manufacturer: 'ACME', algorithm: 'segmenter', version: '2.1' },
    },
    provenance: { version: '0.1.0', policy: 'sha256:00', models: [{ name: 'm', sha256: 'ff' }] },
  }
}

/** Every kind of value that a stored case may hold: fractions, small and negative numbers, nulls, text from abroad. */
export const SEGMENT: SegmentResult = {
  number: 1,
  label: 'Leber / 肝臓 "links" \\ 😀',
  code: { scheme: 'SCT', value: '10200004', meaning: 'Liver' },
  laterality: null,
  structure: 'liver',
  verdict: 'reject',
  score: 2,
  category: 'MAJOR_REDRAW',
  reasons: ['The mask ends at a straight line.'],
  evidence: [
    { id: 'E1', name: 'volume', value: 812.4, unit: 'cm3', where: 'whole segment' },
    {
      id: 'E2',
      name: 'offset',
      value: -3.333333333333333e-8,
      unit: 'mm',
      where: 'slice 12 of 60',
      expected: { low: null, high: 0.1, source: 'test' },
    },
  ],
  findings: [
    {
      id: 'F1',
      mode: 'truncated',
      severity: 'critical',
      text: 'Cut off.',
      evidence: ['E1'],
      instances: ['1.2.3.5'],
    },
  ],
  target: { status: 'unsure', strength: null, compactness: 0.1 + 0.2, purity: 1, source: 'not-available' },
  opinion: null,
}

export function storeItem(sopInstanceUid: string, bytes: Uint8Array): StoreItem {
  return {
    studyInstanceUid: '1.2.3',
    seriesInstanceUid: '1.2.9',
    sopInstanceUid,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.88.34',
    bytes,
  }
}

/** A segment that is wrong in two ways, on single images and on a frame; with the largest numbers that there are. */
export function segmentErrors(segmentNumber: number): SegmentErrors {
  const plane = { rows: 65535, columns: 65535 }
  const single = { ...plane, sopInstanceUid: '1.2.3.5', frameNumber: null }
  const frame = { ...plane, sopInstanceUid: '1.2.3.6', frameNumber: 12 }
  return {
    segmentNumber,
    errors: [
      {
        finding: 'F1',
        kind: 'too-much',
        planes: [
          { ...single, runs: Uint32Array.of(0, 1, 70_000, 300, 4_294_836_220, 5) },
          { ...frame, runs: Uint32Array.of(segmentNumber + 1000, 2) },
        ],
      },
      { finding: 'F3', kind: 'missing', planes: [{ ...single, runs: Uint32Array.of(9, 9) }] },
    ],
  }
}
