/** The demo: which synthetic patients there are, who segmented what on them, and what is wrong with it. */
import type { Producer } from '../domain/case.ts'
import type { FailureMode } from '../domain/evidence.ts'
import type { Fault } from './faults.ts'
import type { StructureId } from './structures.ts'

export interface DemoPatient {
  readonly id: 'ct-1' | 'ct-2' | 'ct-3' | 'mr-1'
  readonly modality: 'CT' | 'MR'
  readonly seed: number
  readonly name: string
  readonly patientId: string
  readonly sex: 'F' | 'M'
  readonly studyDate: string
  readonly studyDescription: string
}

export interface DemoSegment {
  /** What the segment says it is. */
  readonly structure: StructureId
  /** What was drawn, when that is something else. */
  readonly drawn?: StructureId
  readonly fault: Fault
  /** The failure mode that a check must report; null for a good segment. */
  readonly expected: FailureMode | null
}

export interface DemoCase {
  readonly id: string
  readonly patient: DemoPatient['id']
  readonly modality: 'SEG' | 'RTSTRUCT'
  readonly producer: Producer
  /** Series Description, after the word SYNTHETIC. */
  readonly description: string
  readonly segments: readonly DemoSegment[]
}

export const DEMO_PATIENTS: readonly DemoPatient[] = [
  {
    id: 'ct-1',
    modality: 'CT',
    seed: 11,
    sex: 'M',
    name: 'Synthetic^Demo One',
    patientId: 'PLUMBLINE-DEMO-1',
    studyDate: '20250303',
    studyDescription: 'SYNTHETIC CT chest and abdomen',
  },
  {
    id: 'ct-2',
    modality: 'CT',
    seed: 22,
    sex: 'F',
    name: 'Synthetic^Demo Two',
    patientId: 'PLUMBLINE-DEMO-2',
    studyDate: '20250304',
    studyDescription: 'SYNTHETIC CT chest and abdomen',
  },
  {
    id: 'ct-3',
    modality: 'CT',
    seed: 33,
    sex: 'M',
    name: 'Synthetic^Demo Three',
    patientId: 'PLUMBLINE-DEMO-3',
    studyDate: '20250305',
    studyDescription: 'SYNTHETIC CT chest and abdomen',
  },
  {
    id: 'mr-1',
    modality: 'MR',
    seed: 44,
    sex: 'M',
    name: 'Synthetic^Demo Four',
    patientId: 'PLUMBLINE-DEMO-4',
    studyDate: '20250306',
    studyDescription: 'SYNTHETIC MR prostate',
  },
]

const MANUFACTURER = 'Synthetic demo'
const DEMO_SEG: Producer = { manufacturer: MANUFACTURER, algorithm: 'DemoSeg', version: '2.1' }
const QUICK_SEG: Producer = { manufacturer: MANUFACTURER, algorithm: 'QuickSeg', version: '0.9' }
const CONTOUR_PILOT: Producer = { manufacturer: MANUFACTURER, algorithm: 'ContourPilot', version: '1.4' }

function good(structure: StructureId): DemoSegment {
  return { structure, fault: 'none', expected: null }
}

function faulty(structure: StructureId, fault: Fault, expected: FailureMode): DemoSegment {
  return { structure, fault, expected }
}

function mistaken(structure: StructureId, drawn: StructureId, expected: FailureMode): DemoSegment {
  return { structure, drawn, fault: 'none', expected }
}

export const DEMO_CASES: readonly DemoCase[] = [
  {
    id: 'organs-good',
    patient: 'ct-1',
    modality: 'SEG',
    producer: DEMO_SEG,
    description: 'abdominal organs',
    segments: [good('liver'), good('spleen'), good('kidney-right'), good('kidney-left'), good('aorta')],
  },
  {
    id: 'liver-truncated',
    patient: 'ct-1',
    modality: 'SEG',
    producer: QUICK_SEG,
    description: 'liver',
    segments: [faulty('liver', 'truncated', 'truncated')],
  },
  {
    id: 'contours-good',
    patient: 'ct-1',
    modality: 'RTSTRUCT',
    producer: CONTOUR_PILOT,
    description: 'organs at risk',
    segments: [good('liver'), good('kidney-right'), good('kidney-left')],
  },
  {
    id: 'kidneys-swapped',
    patient: 'ct-2',
    modality: 'SEG',
    producer: QUICK_SEG,
    description: 'kidneys',
    segments: [
      mistaken('kidney-right', 'kidney-left', 'wrong-side'),
      mistaken('kidney-left', 'kidney-right', 'wrong-side'),
    ],
  },
  {
    id: 'spleen-slices-missing',
    patient: 'ct-2',
    modality: 'SEG',
    producer: DEMO_SEG,
    description: 'liver and spleen',
    segments: [good('liver'), faulty('spleen', 'slice-gap', 'slice-gap')],
  },
  {
    id: 'liver-islands',
    patient: 'ct-3',
    modality: 'SEG',
    producer: QUICK_SEG,
    description: 'liver',
    segments: [faulty('liver', 'islands', 'fragmented')],
  },
  {
    id: 'spleen-empty',
    patient: 'ct-3',
    modality: 'SEG',
    producer: DEMO_SEG,
    description: 'liver and spleen',
    segments: [good('liver'), faulty('spleen', 'empty', 'empty')],
  },
  {
    id: 'contours-truncated',
    patient: 'ct-3',
    modality: 'RTSTRUCT',
    producer: CONTOUR_PILOT,
    description: 'organs at risk',
    segments: [good('liver'), faulty('kidney-left', 'truncated', 'truncated')],
  },
  {
    id: 'prostate-good',
    patient: 'mr-1',
    modality: 'SEG',
    producer: DEMO_SEG,
    description: 'prostate',
    segments: [good('prostate')],
  },
]
