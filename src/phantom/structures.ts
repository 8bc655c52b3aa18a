/** What a synthetic segmentation can claim to be: codes, names and colours as the common tools write them. */
import type { Code } from '../domain/code.ts'

export type StructureId = 'liver' | 'spleen' | 'kidney-right' | 'kidney-left' | 'aorta' | 'prostate'

export interface DemoStructure {
  readonly id: StructureId
  /** Segment Label of a SEG. */
  readonly label: string
  /** ROI name of an RTSTRUCT, TG-263. */
  readonly roiName: string
  readonly type: Code
  readonly laterality: Code | null
  readonly rgb: readonly [number, number, number]
}

export const ANATOMICAL_STRUCTURE: Code = {
  scheme: 'SCT',
  value: '91723000',
  meaning: 'Anatomical Structure',
}
const RIGHT: Code = { scheme: 'SCT', value: '24028007', meaning: 'Right' }
const LEFT: Code = { scheme: 'SCT', value: '7771000', meaning: 'Left' }

function sct(value: string, meaning: string): Code {
  return { scheme: 'SCT', value, meaning }
}

const KIDNEY = sct('64033007', 'Kidney')

export const STRUCTURES: Readonly<Record<StructureId, DemoStructure>> = {
  liver: row('liver', 'Liver', 'Liver', sct('10200004', 'Liver'), null, [40, 140, 40]),
  spleen: row('spleen', 'Spleen', 'Spleen', sct('78961009', 'Spleen'), null, [178, 92, 60]),
  'kidney-right': row('kidney-right', 'Right kidney', 'Kidney_R', KIDNEY, RIGHT, [230, 180, 40]),
  'kidney-left': row('kidney-left', 'Left kidney', 'Kidney_L', KIDNEY, LEFT, [46, 138, 184]),
  aorta: row('aorta', 'Aorta', 'A_Aorta', sct('15825003', 'Aorta'), null, [216, 54, 54]),
  prostate: row('prostate', 'Prostate', 'Prostate', sct('41216001', 'Prostate'), null, [91, 223, 156]),
}

function row(
  id: StructureId,
  label: string,
  roiName: string,
  type: Code,
  laterality: Code | null,
  rgb: DemoStructure['rgb'],
): DemoStructure {
  return { id, label, roiName, type, laterality, rgb }
}
