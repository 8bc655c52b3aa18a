import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Code } from '../../src/domain/code.ts'
import { contentItems } from '../../src/dicom/sr-content.ts'
import { Point, Reference } from '../../src/dicom/sr-model.ts'
import { parseTemplate } from '../../src/dicom/sr-template.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'

const { dictionary } = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
const Model = z.object({
  name: z.string(),
  note: z.string().nullable(),
  code: Code,
  size: z.number(),
  image: Reference,
  spot: z.object({ at: Point }).nullable(),
  parts: z.array(z.object({ name: z.string(), side: Code.nullable() })),
})
const image = { sopClassUid: '1.2', sopInstanceUid: '1.2.3', segmentNumber: null, frameNumber: null }
const liver = { scheme: 'SCT', value: '10200004', meaning: 'Liver' }
const model: z.infer<typeof Model> = {
  name: 'n',
  note: null,
  code: liver,
  size: 0.1,
  image,
  spot: null,
  parts: [],
}

function parse(document: string) {
  return parseTemplate(`document: ${document}`, dictionary, Model)
}

describe('parseTemplate refuses at load', () => {
  it.each([
    ['an unknown code key', '{ type: CODE, concept: verdikt, value: $code }', /"verdikt" is no key/],
    [
      'an inherited property as code key',
      '{ type: CODE, concept: constructor, value: $code }',
      /"constructor" is no key/,
    ],
    ['an unknown path', '{ type: TEXT, concept: reason, value: $nam }', /has no \$nam/],
    ['an unknown field', '{ each: $parts, as: p, type: TEXT, value: $p.title }', /has no \$p\.title/],
    ['a path below a text', '{ type: TEXT, value: $name.length }', /has no \$name\.length/],
    [
      'a variable outside its node',
      '{ items: [{ each: $parts, as: p, items: [] }, { type: TEXT, value: $p.name }] }',
      /has no \$p\.name/,
    ],
    ['a value that may be absent', '{ type: TEXT, value: $note }', /\$note may be absent/],
    ['a way that may be absent', '{ type: SCOORD, value: $spot.at }', /\$spot may be absent/],
    [
      'an "if" that does not outlive a new variable',
      '{ each: $parts, as: p, items: [{ if: $p.side, items: [{ each: $parts, as: p, type: CODE, value: $p.side }] }] }',
      /\$p\.side may be absent/,
    ],
    ['an "if" that always holds', '{ if: $name, type: TEXT, value: $name }', /never absent/],
    ['a number as text', '{ type: TEXT, value: $size }', /\$size is number, not text/],
    ['a text as code', '{ type: CODE, value: $name }', /\$name is text, not code/],
    [
      'a code as concept of the wrong kind',
      '{ type: TEXT, concept: $name, value: $name }',
      /\$name is text, not code/,
    ],
    ['a key where a text belongs', '{ type: TEXT, value: reason }', /"reason" is no key/],
    ['each of no list', '{ each: $name, as: x, items: [] }', /\$name is no list/],
    ['each without as', '{ each: $parts, items: [] }', /"as" goes with/],
    ['a NUM without unit', '{ type: NUM, value: $size }', /NUM needs a unit/],
    ['a TEXT without value', '{ type: TEXT }', /TEXT needs a value/],
    ['a CONTAINER with value', '{ type: CONTAINER, value: $name }', /CONTAINER has no value/],
    ['a group with a concept', '{ concept: reason, items: [] }', /has items and nothing else/],
    ['an unknown word', '{ type: TEXT, valeu: $name }', /valeu/],
    ['an unknown value type', '{ type: TABLE }', /type/],
  ])('%s', (_, document, message) => {
    expect(() => parse(document)).toThrow(message)
  })

  it('says where', () => {
    expect(() => parse('{ items: [{ items: [] }, { items: [{ type: TEXT, value: $nam }] }] }')).toThrow(
      'document > 2 > 1',
    )
  })
})

describe('contentItems', () => {
  it('repeats, leaves out and splices', () => {
    const node = parse(`
      { each: $parts, as: p, items: [
        { type: TEXT, relationship: CONTAINS, concept: reason, value: $p.name },
        { if: $p.side, with: $p.side, as: s, items: [{ type: CODE, concept: laterality, value: $s }] } ] }`)
    const parts = [
      { name: 'a', side: null },
      { name: 'b', side: liver },
    ]
    expect(
      contentItems(node, { ...model, parts }).map((item) => item['TextValue'] ?? item['ValueType']),
    ).toEqual(['a', 'b', 'CODE'])
    expect(contentItems(node, model)).toEqual([])
  })

  it('encodes a number with its unit, and in binary where the decimal string is too short', () => {
    const node = parse('{ type: NUM, concept: reason, value: $size, unit: $code }')
    const [exact] = contentItems(node, model)
    expect(exact?.['MeasuredValueSequence']).toEqual([
      {
        NumericValue: '0.1',
        MeasurementUnitsCodeSequence: [
          { CodeValue: '10200004', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Liver' },
        ],
      },
    ])
    const [rounded] = contentItems(node, { ...model, size: 1 / 3 })
    expect(rounded?.['MeasuredValueSequence']).toMatchObject([
      { NumericValue: '0.33333333333333', FloatingPointValue: 1 / 3 },
    ])
  })

  it('encodes references, points, containers with their template, observation UIDs and children', () => {
    const node = parse(`
      { type: CONTAINER, concept: finding, template: '1501', observationUid: $name, items: [
        { if: $spot, type: SCOORD, value: $spot.at, items: [{ relationship: SELECTED FROM, type: IMAGE, value: $image }] } ] }`)
    const [item] = contentItems(node, {
      ...model,
      spot: { at: [1.5, 2.5] },
      image: { ...image, segmentNumber: 3 },
    })
    expect(item).toEqual({
      ValueType: 'CONTAINER',
      ConceptNameCodeSequence: [
        { CodeValue: '121071', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Finding' },
      ],
      ObservationUID: 'n',
      ContinuityOfContent: 'SEPARATE',
      ContentTemplateSequence: [
        { MappingResource: 'DCMR', MappingResourceUID: '1.2.840.10008.8.1.1', TemplateIdentifier: '1501' },
      ],
      ContentSequence: [
        {
          ValueType: 'SCOORD',
          GraphicType: 'POINT',
          GraphicData: [1.5, 2.5],
          ContentSequence: [
            {
              RelationshipType: 'SELECTED FROM',
              ValueType: 'IMAGE',
              ReferencedSOPSequence: [
                {
                  ReferencedSOPClassUID: '1.2',
                  ReferencedSOPInstanceUID: '1.2.3',
                  ReferencedSegmentNumber: 3,
                },
              ],
            },
          ],
        },
      ],
    })
  })
})
