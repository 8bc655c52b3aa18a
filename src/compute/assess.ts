/**
 * Measures and checks every segment of one object against its images, in two steps that may run in different threads:
 * reading and placing (once), and the checks (segment by segment, in any number of threads). No I/O.
 */
import { runChecks } from '../checks/run.ts'
import type { ObjectContext, SecondMask, SegmentInput, Sibling } from '../checks/check.ts'
import { resolveStructure, type ResolvedStructure } from '../checks/structure.ts'
import type { Evidence, Finding } from '../domain/evidence.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Knowledge } from '../domain/knowledge.ts'
import type { LocalNorm } from '../domain/local-norm.ts'
import type { Policy } from '../domain/policy.ts'
import type { ByteSource } from '../dicom/byte-source.ts'
import { readVolume } from '../dicom/image.ts'
import { preferredImages } from '../dicom/preferred-images.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { findBody, type Body } from '../imaging/body.ts'
import { measureMask, type MaskMeasures } from '../imaging/measure.ts'
import type { AssessedSegment, AssessInput } from '../ports.ts'
import type { TargetCalibration } from '../target/calibration.ts'
import { anchorOf } from './anchor.ts'
import { placeAll, type Placed } from './place.ts'
import { segmentErrors } from './segment-errors.ts'
import { NO_PET, readPet, uptakeNotes } from './pet.ts'
import { targetEvidence, targetOf } from './target.ts'
import { uptakeEvidence } from './uptake.ts'

export interface AssessOptions {
  readonly knowledge: Knowledge
  readonly policy: Policy
  readonly limits: ReadLimits
  /** What response scores mean; absent: nothing yet. */
  readonly targetCalibration?: TargetCalibration
}

/** All that the checks need. Voxels are shared memory, so that handing it to another thread copies none of them. */
export interface Prepared {
  readonly object: ObjectContext
  readonly volume: Volume | null
  readonly body: Body | null
  /** A PET beside the images, in their frame of reference. */
  readonly pet?: Volume
  /** What the reader should know of the images. */
  readonly notes?: readonly string[]
  readonly placed: readonly Placed[]
  /** Segments of other objects of the study, on the same grid. */
  readonly seconds: readonly { readonly name: string; readonly placed: readonly Placed[] }[]
  readonly norms: readonly LocalNorm[]
}

/** What is to be assessed, its images opened. */
export interface PrepareInput extends Omit<AssessInput, 'images' | 'pet'> {
  readonly images: readonly (Uint8Array | ByteSource)[]
  readonly pet?: readonly (Uint8Array | ByteSource)[]
}

/** Reads the images and puts every segment on their grid. Throws what `readVolume` throws, and 'limit-exceeded'. */
export async function prepareAssessment(
  { segmentation, images, pet: petFiles = [], location, seconds, norms }: PrepareInput,
  { limits }: AssessOptions,
): Promise<Prepared> {
  const volume = images.length === 0 ? null : await readVolume(images, limits, preferredImages(segmentation))
  const beside = volume === null ? NO_PET : await readPet(petFiles, limits)
  const { patientId, studyInstanceUid, frameOfReferenceUid, references } = segmentation
  return {
    object: {
      segmentation: { patientId, studyInstanceUid, frameOfReferenceUid, references },
      source: location.series,
      sourceNote: location.note,
      missingInstances: location.missingInstances,
      seriesProblems: volume?.problems ?? [],
    },
    volume,
    body: volume === null ? null : findBody(volume),
    ...(beside.pet !== null && { pet: beside.pet }),
    notes: [...(volume === null ? [] : uptakeNotes(volume, 'The PET')), ...beside.notes],
    placed: placeAll(segmentation.segments, volume, limits),
    // On its own grid alone a second mask cannot be compared.
    seconds:
      volume === null
        ? []
        : seconds.map(({ name, segments }) => ({ name, placed: placeAll(segments, volume, limits) })),
    norms,
  }
}

function withUptake(evidence: readonly Evidence[], mask: Mask | null, { volume, pet }: Prepared): Evidence[] {
  const images = volume?.modality === 'PT' ? volume : (pet ?? null)
  return [...evidence, ...uptakeEvidence(mask, images, evidence.length)]
}

/** Checks the segments with these numbers, or all; in the order of the object. */
export function checkPrepared(
  prepared: Prepared,
  options: Omit<AssessOptions, 'limits'>,
  wanted: ReadonlySet<number> | null = null,
): AssessedSegment[] {
  const { volume, body } = prepared
  const { claimed, inputOf, secondsOf } = contextOf(prepared, options)
  return claimed
    .filter(({ segment }) => wanted === null || wanted.has(segment.number))
    .map((own): AssessedSegment => {
      const { mask, resolved, notAssessable } = own
      const { number, label, code, laterality } = own.segment
      const { evidence, findings, regions } = runChecks({ ...inputOf(own), seconds: secondsOf(own) })
      const target = targetOf(own, resolved, volume, body, options.targetCalibration)
      return {
        number,
        label,
        code,
        laterality: resolved.side ?? laterality,
        structure: resolved.structure?.id ?? null,
        evidence: withUptake([...evidence, ...targetEvidence(target, evidence.length)], mask, prepared),
        findings,
        target,
        notAssessable,
        anchor: mask === null || volume === null ? null : anchorOf(mask, volume, findings),
        errors: mask === null || volume === null ? [] : segmentErrors(regions, mask, volume),
      }
    })
}

/** What the checks find with `mask`, on the grid of the images, in the place of the mask of one segment. */
export function checkMask(
  prepared: Prepared,
  number: number,
  mask: Mask,
  options: Omit<AssessOptions, 'limits'>,
): readonly Finding[] {
  const placed = prepared.placed.map((one): Placed => {
    if (one.segment.number !== number || one.mask === mask) return one
    return { ...one, mask, ownMask: mask, contours: null, problems: [], notAssessable: null }
  })
  const { claimed, inputOf, secondsOf } = contextOf({ ...prepared, placed }, options)
  const own = claimed.find(({ segment }) => segment.number === number)
  return own === undefined ? [] : runChecks({ ...inputOf(own), seconds: secondsOf(own) }).findings
}

/** The segment of another object that claims the same and is sound; null without one. */
export function soundSecond(
  prepared: Prepared,
  number: number,
  options: Omit<AssessOptions, 'limits'>,
): Mask | null {
  const { claimed, secondsOf } = contextOf(prepared, options)
  const own = claimed.find(({ segment }) => segment.number === number)
  if (own === undefined) return null
  return secondsOf(own).find((second) => second.isSound())?.mask ?? null
}

interface CheckContext {
  readonly claimed: readonly Claimed[]
  /** What is checked about a segment of this object. */
  readonly inputOf: (own: Claimed) => SegmentInput
  /** Segments of other objects that claim the same. */
  readonly secondsOf: (own: Claimed) => SecondMask[]
}

function contextOf(prepared: Prepared, { knowledge, policy }: Omit<AssessOptions, 'limits'>): CheckContext {
  const { object, volume, body, norms } = prepared
  const claimed = prepared.placed.map((one) => claimOf(one, knowledge))
  const seconds = prepared.seconds.map(({ name, placed }) => ({
    name,
    claimed: placed.map((one) => claimOf(one, knowledge)),
  }))
  const holding = claimed.flatMap(({ segment: { number }, resolved, mask, measures }): Sibling[] =>
    mask === null || measures === null ? [] : [{ number, resolved, mask, measures }],
  )
  /** What is checked about any segment on these images, of this object or a second one. */
  function inputAmong(own: Claimed, others: readonly Sibling[]): SegmentInput {
    const { segment, notAssessable: _, problems, ...rest } = own
    const siblings = others.filter(({ number }) => number !== segment.number)
    const common = { object, volume, body, siblings, policy, norms, seconds: [], shapeProblems: problems }
    return { ...rest, ...common, number: segment.number }
  }
  return {
    claimed,
    inputOf: (own) => inputAmong(own, holding),
    secondsOf: (own) =>
      seconds.flatMap(({ name, claimed: theirs }) => {
        const second = onlyOne(theirs, own)
        if (second?.mask == null || second.measures === null || onlyOne(claimed, own) === null) return []
        const isSound = () =>
          !runChecks(inputAmong(second, [])).findings.some(({ severity }) => severity !== 'minor')
        return [{ name, mask: second.mask, isSound }]
      }),
  }
}

/** A placed segment and what it claims to be. */
interface Claimed extends Placed {
  readonly resolved: ResolvedStructure
  readonly measures: MaskMeasures | null
}

function claimOf(placed: Placed, knowledge: Knowledge): Claimed {
  const measures = placed.mask === null ? null : measureMask(placed.mask)
  return { ...placed, resolved: resolveStructure(placed.segment, knowledge), measures }
}

/** The one segment that claims the same structure and side; null when there are several, as with lesions, or none. */
function onlyOne(among: readonly Claimed[], { resolved }: Claimed): Claimed | null {
  const id = resolved.structure?.id
  const same = among.filter(
    (other) =>
      id !== undefined && other.resolved.structure?.id === id && other.resolved.side === resolved.side,
  )
  return same.length === 1 ? (same[0] ?? null) : null
}
