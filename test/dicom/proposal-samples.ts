/** What a refined SEG is written from: one segment on the small grid of write-samples.ts. */
import { DECIDED_AT, sample } from './sr-samples.ts'
import type { ProposalInput } from '../../src/ports.ts'
import { geometry, mask, patientStudy, source } from './write-samples.ts'

export function proposal(): ProposalInput {
  const { case: judged } = sample()
  const instances = source.sopInstanceUids.map((uid) => ({
    sopClassUid: source.sopClassUid,
    sopInstanceUid: uid ?? '',
    position: null,
    orientation: null,
    pixelSpacingMm: null,
    rows: 7,
    columns: 5,
  }))
  return {
    case: judged,
    header: { '00100020': { vr: 'LO', Value: ['P1'] } },
    source: {
      seriesInstanceUid: source.seriesInstanceUid,
      modality: 'CT',
      patientId: 'P1',
      studyInstanceUid: patientStudy.studyInstanceUid,
      frameOfReferenceUid: geometry.frameOfReferenceUid,
      instances,
    },
    images: { geometry, instances: source.sopInstanceUids, frames: instances.map(() => null) },
    proposed: [
      {
        segment: {
          number: 3,
          label: 'Liver',
          code: { scheme: 'SCT', value: '10200004', meaning: 'Liver' },
          category: null,
          anatomicRegion: null,
          laterality: null,
          trackingId: 'track 3',
          trackingUid: '2.25.33',
          shape: { kind: 'unreadable', reason: 'not needed here' },
        },
        mask,
      },
    ],
    decidedAt: DECIDED_AT,
  }
}
