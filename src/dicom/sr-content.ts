/** Interprets a template over a report model: the content tree (PS3.3 C.17.3), by keyword. Knows no template. */
import { z } from 'zod'
import { Code } from '../domain/code.ts'
import { decimalString } from './decimal-string.ts'
import type { NaturalDataset } from './write-part10.ts'
import { codeItem } from './sr-codes.ts'
import { Point, Reference } from './sr-model.ts'
import type { ModelPath, Operand, TemplateItem, TemplateNode, ValueType } from './sr-template.ts'

/** Variables by name. Paths were checked against the model's schema when the template was loaded. */
type Variables = Readonly<Record<string, unknown>>

/** The content items that one node stands for: none, one, or one per element. */
export function contentItems(node: TemplateNode, variables: Variables): NaturalDataset[] {
  if (node.condition !== null && isAbsent(valueAt(node.condition, variables))) return []
  return scopesOf(node, variables).flatMap((scope) => {
    const children = node.items.flatMap((child) => contentItems(child, scope))
    return node.item === null ? children : [contentItem(node.item, children, scope)]
  })
}

function scopesOf({ binding }: TemplateNode, variables: Variables): Variables[] {
  if (binding === null) return [variables]
  const bound = valueAt(binding.path, variables)
  return (binding.each ? List.parse(bound) : [bound]).map((value) => ({ ...variables, [binding.as]: value }))
}

const List = z.array(z.unknown())

function contentItem(item: TemplateItem, children: NaturalDataset[], variables: Variables): NaturalDataset {
  const value = item.value === null ? null : evaluate(item.value, variables)
  return {
    ...(item.relationship !== null && { RelationshipType: item.relationship }),
    ValueType: item.type,
    ...(item.concept !== null && { ConceptNameCodeSequence: [codeEvaluated(item.concept, variables)] }),
    ...(item.observationUid !== null && { ObservationUID: valueAt(item.observationUid, variables) }),
    ...ENCODERS[item.type](value),
    ...(item.unit !== null && {
      MeasuredValueSequence: [measuredValue(value, codeEvaluated(item.unit, variables))],
    }),
    ...(item.template !== null && { ContentTemplateSequence: [templateIdentification(item.template)] }),
    ...(children.length > 0 && { ContentSequence: children }),
  }
}

/** The attributes of each value type (PS3.3 C.17.3.2.1, C.18). NUM has its own, with a unit. */
const ENCODERS: Record<ValueType, (value: unknown) => NaturalDataset> = {
  CONTAINER: () => ({ ContinuityOfContent: 'SEPARATE' }),
  CODE: (value) => ({ ConceptCodeSequence: [codeItem(Code.parse(value))] }),
  TEXT: (value) => ({ TextValue: value }),
  PNAME: (value) => ({ PersonName: [{ Alphabetic: value }] }),
  UIDREF: (value) => ({ UID: value }),
  NUM: () => ({}),
  IMAGE: (value) => ({ ReferencedSOPSequence: [referenceItem(Reference.parse(value))] }),
  COMPOSITE: (value) => ({ ReferencedSOPSequence: [referenceItem(Reference.parse(value))] }),
  SCOORD: (value) => ({ GraphicType: 'POINT', GraphicData: [...Point.parse(value)] }),
}

/** PS3.3 C.18.1: the floating point value stands beside the decimal string where that lost digits. */
function measuredValue(value: unknown, unit: NaturalDataset): NaturalDataset {
  const number = Number(value)
  const decimal = decimalString(number)
  return {
    NumericValue: decimal,
    ...(Number(decimal) !== number && { FloatingPointValue: number }),
    MeasurementUnitsCodeSequence: [unit],
  }
}

function referenceItem(reference: Reference): NaturalDataset {
  return {
    ReferencedSOPClassUID: reference.sopClassUid,
    ReferencedSOPInstanceUID: reference.sopInstanceUid,
    ...(reference.segmentNumber !== null && { ReferencedSegmentNumber: reference.segmentNumber }),
    ...(reference.frameNumber !== null && { ReferencedFrameNumber: String(reference.frameNumber) }),
  }
}

function templateIdentification(templateIdentifier: string): NaturalDataset {
  return {
    MappingResource: 'DCMR',
    MappingResourceUID: '1.2.840.10008.8.1.1',
    TemplateIdentifier: templateIdentifier,
  }
}

function codeEvaluated(operand: Operand, variables: Variables): NaturalDataset {
  return codeItem(Code.parse(evaluate(operand, variables)))
}

function evaluate(operand: Operand, variables: Variables): unknown {
  return 'code' in operand ? operand.code : valueAt(operand.path, variables)
}

function valueAt(path: ModelPath, variables: Variables): unknown {
  return path.reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null)
      throw new Error(`the report model has nothing at $${path.join('.')}`)
    return Reflect.get(value, name)
  }, variables)
}

function isAbsent(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}
