import type { Mask, Volume } from '../../src/domain/geometry.ts'
import { Structure, type Knowledge } from '../../src/domain/knowledge.ts'
import { Policy } from '../../src/domain/policy.ts'
import type { SeriesSummary } from '../../src/domain/segmentation.ts'
import type { MaskContext, ObjectContext, SegmentInput, Sibling } from '../../src/checks/check.ts'
import { ownShape } from '../../src/checks/own-shape.ts'
import { resolveStructure, type ResolvedStructure } from '../../src/checks/structure.ts'
import { findBody } from '../../src/imaging/body.ts'
import { measureMask } from '../../src/imaging/measure.ts'

/** An entry with nothing special about it; tests change what they are about. */
export function aStructure(changes: Partial<Structure> = {}): Structure {
  return Structure.parse({
    id: 'liver',
    name: 'Liver',
    kind: 'organ',
    codes: [{ scheme: 'SCT', value: '10200004', meaning: 'Liver' }],
    names: ['liver'],
    paired: false,
    components: { max: 1, source: 'test' },
    volumeCm3: null,
    mayReachImageEdge: false,
    appearance: 'Grey.',
    location: 'Somewhere.',
    ...changes,
  })
}

export function knowledgeOf(...structures: Structure[]): Knowledge {
  return { structures, sources: {} }
}

/** Resolves a label alone against some structures. */
export function named(label: string, ...structures: Structure[]): ResolvedStructure {
  return resolveStructure(
    { label, code: null, anatomicRegion: null, laterality: null },
    knowledgeOf(...structures),
  )
}

const SOURCE: SeriesSummary = {
  seriesInstanceUid: '2.25.2',
  modality: 'CT',
  patientId: 'A',
  studyInstanceUid: '2.25.3',
  frameOfReferenceUid: '2.25.1',
  instances: [],
}

export function objectContext(
  changes: {
    source?: Partial<SeriesSummary> | null
    object?: Partial<ObjectContext['segmentation']>
  } & Partial<Pick<ObjectContext, 'missingInstances' | 'seriesProblems'>> = {},
): ObjectContext {
  return {
    segmentation: {
      patientId: 'A',
      studyInstanceUid: '2.25.3',
      frameOfReferenceUid: '2.25.1',
      references: [],
      ...changes.object,
    },
    source: changes.source === null ? null : { ...SOURCE, ...changes.source },
    sourceNote: 'Named by the object.',
    missingInstances: changes.missingInstances ?? [],
    seriesProblems: changes.seriesProblems ?? [],
  }
}

/** A segment as compute would hand it in: body found in the volume, nothing wrong unless the test says so. */
export function segmentInput(
  mask: Mask | null,
  changes: Partial<SegmentInput> & { volume?: Volume | null } = {},
): SegmentInput {
  const volume = changes.volume ?? null
  const drawn = changes.mask === undefined ? mask : changes.mask
  return {
    object: objectContext(),
    number: 1,
    resolved: named('liver', aStructure()),
    mask,
    measures: drawn === null ? null : measureMask(drawn),
    ownMask: mask,
    volume,
    body: volume === null ? null : findBody(volume),
    contours: null,
    siblings: [],
    seconds: [],
    norms: [],
    shapeProblems: [],
    policy: Policy.parse({}),
    ...changes,
  }
}

/** Another segment of the same object; it must hold voxels. */
export function sibling(number: number, mask: Mask, resolved: ResolvedStructure): Sibling {
  const measures = measureMask(mask)
  if (measures === null) throw new Error('A sibling without voxels is none.')
  return { number, mask, resolved, measures }
}

/** What a check of the mask alone is given; the mask must hold voxels. */
export function maskContext(mask: Mask, changes: Parameters<typeof segmentInput>[1] = {}): MaskContext {
  const input = segmentInput(mask, changes)
  const shape = ownShape(input)
  if (input.measures === null || shape === null) throw new Error('A mask without voxels is none.')
  return { ...input, mask, measures: input.measures, shape }
}
