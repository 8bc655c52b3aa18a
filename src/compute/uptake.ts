/** Uptake of a segment on PET as evidence: on its own images, or on a PET beside them in the same frame of reference. */
import type { Evidence } from '../domain/evidence.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import { alignMask } from '../imaging/align.ts'
import { measureMask } from '../imaging/measure.ts'
import { uptakeUnder } from '../imaging/uptake.ts'

export const SUV = 'g/ml{SUVbw}'

/** Numbered after `before`. None without a standardised uptake value: numbers on any other scale compare with nothing. */
export function uptakeEvidence(mask: Mask | null, pet: Volume | null, before: number): Evidence[] {
  if (mask === null || pet === null || pet.unit !== SUV) return []
  const onPet = maskOnPet(mask, pet)
  const uptake = onPet === null ? null : uptakeUnder(onPet, pet)
  if (uptake === null) return []
  const rows = [
    { name: 'SUV maximum', value: uptake.max },
    { name: 'SUV peak', value: uptake.peak },
    { name: 'SUV mean', value: uptake.mean },
  ]
  return rows
    .flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]))
    .map((row, n) => ({ id: `E${before + n + 1}`, ...row, unit: SUV, where: 'whole segment, PT' }))
}

/** On the grid of the PET; null where it holds no voxel of it. */
export function maskOnPet(mask: Mask, pet: Volume): Mask | null {
  const aligned = alignMask(mask, pet.geometry).mask
  return measureMask(aligned) === null ? null : aligned
}
