/** One row of the table of perturbations. */
import type { FailureMode } from '../../domain/evidence.ts'
import type { Edit } from './scene.ts'

export interface Family {
  /** X1 ... X16 may do harm, N1 ... N13 should not; what an edit did is measured each time (consequence.ts). */
  readonly id: string
  readonly kind: 'significant' | 'harmless'
  readonly title: string
  /** Where it acts: on voxels, on what the object says of itself, on DICOM bytes, or on how it is shown. */
  readonly at: 'voxels' | 'claim' | 'dicom' | 'presentation'
  /** Amounts from little to much: level 1, 2, ... */
  readonly levels: readonly number[]
  readonly unit: string
  /** Ways to do it, by name. None: other tests see to it, `elsewhere` says which. */
  readonly edits: Readonly<Record<string, Edit>>
  /** Failure modes that name it rightly. */
  readonly modes: readonly FailureMode[]
  /** What a finding has to point at: a slice that was changed, or the segment as a whole. */
  readonly place: 'slices' | 'segment'
  /** Where it is tested when not by a rate. */
  readonly elsewhere?: string
}
