/** Reads the PET beside the images. Nothing that is wrong with it ends the assessment: it is a second look. */
import type { Volume } from '../domain/geometry.ts'
import type { ByteSource } from '../dicom/byte-source.ts'
import { readVolume } from '../dicom/image.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { PlumblineError } from '../errors.ts'

export interface ReadPet {
  readonly pet: Volume | null
  readonly notes: readonly string[]
}

export const NO_PET: ReadPet = { pet: null, notes: [] }

/** Throws only what is no fault of the files. */
export async function readPet(
  files: readonly (Uint8Array | ByteSource)[],
  limits: ReadLimits,
): Promise<ReadPet> {
  if (files.length === 0) return NO_PET
  try {
    const pet = await readVolume(files, limits)
    return { pet, notes: uptakeNotes(pet, 'The PET beside the images') }
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error
    return { pet: null, notes: [`The PET beside the images could not be read: ${error.message}`] }
  }
}

/** Why there is no uptake value; nothing to say of other images. */
export function uptakeNotes({ noSuv }: Pick<Volume, 'noSuv'>, subject: string): string[] {
  return noSuv === undefined
    ? []
    : [`${subject} has no standardised uptake values: ${noSuv}. Values are as stored.`]
}
