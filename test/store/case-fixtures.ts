import type { SegmentResult } from '../../src/domain/case.ts'
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
