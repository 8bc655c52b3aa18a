/** Three numbers: a voxel index (i, j, k) = (column, row, slice), or a point in LPS millimetres. */
export type Vector3 = readonly [number, number, number]

/**
 * Where a regular grid sits in the patient. LPS (DICOM patient) millimetres, PS3.3 C.7.6.2.1.1.
 * Voxel centres lie at integer indices.
 */
export interface Geometry {
  /** Absent when the object carries none: then nothing may be overlaid silently. */
  readonly frameOfReferenceUid: string | null
  readonly size: readonly [columns: number, rows: number, slices: number]
  /** Row-major 4x4, voxel index (i, j, k, 1) to position (x, y, z, 1) in LPS mm. */
  readonly affine: readonly number[]
}

export type Modality = 'CT' | 'MR' | 'PT'

/** One image series as a regular grid of physical values. */
export interface Volume {
  readonly geometry: Geometry
  readonly modality: Modality
  readonly seriesInstanceUid: string
  /** UCUM unit of a voxel: `[hnsf'U]`, `g/ml{SUVbw}`, or `1` when the scale is arbitrary. */
  readonly unit: string
  /** Of PET without a standardised uptake value: why, as part of a sentence. */
  readonly noSuv?: string
  /** Slice-major (k, j, i), physical values (rescale applied). Int16 where that is exact, else Float32. */
  readonly voxels: Int16Array | Float32Array
  /** One per slice k: its SOP Instance UID, or null where the series has no image (its voxels are then 0). */
  readonly instances: readonly (string | null)[]
  /** One per slice k: its frame number (from 1) in that instance, null where that is one plane. Absent without multi-frame images. */
  readonly frames?: readonly (number | null)[]
  /** What is wrong with the series as a stack, in plain words; empty when it is a clean stack. */
  readonly problems: readonly SeriesProblem[]
}

/** A fault of an image series that reading noticed. `affected` are slice indices k of the volume. */
export interface SeriesProblem {
  readonly kind: 'missing-slices' | 'duplicate-slices' | 'irregular-spacing' | 'mixed-series'
  readonly text: string
  readonly affected: readonly number[]
}

/**
 * One segment's voxels, stored for its bounding box only. Overlapping segments are separate masks.
 * `voxels` holds 1 inside and 0 outside, box-major (k, j, i), box.size[0] * box.size[1] * box.size[2] long.
 * An empty segment has box.size [0, 0, 0].
 */
export interface Mask {
  /** The whole grid that the box lies in: the source image's, or the segmentation's own. */
  readonly geometry: Geometry
  readonly box: Box
  readonly voxels: Uint8Array
  /**
   * Voxels that the segment fills by the fractions it was stored with (PS3.3 C.8.20.2.3, OCCUPANCY), those below one half
   * included, which are 0 in `voxels`. Absent where voxels are whole, and from masks derived from this one.
   */
  readonly fractionSum?: number
  /** How likely each voxel is segment, where the object says so (PS3.3 C.8.20.2.3, PROBABILITY). Absent from masks derived from this one. */
  readonly probability?: ProbabilityMap
}

/** Box-major as a mask, 0..255 for 0..1; on the grid of its mask, 0 outside the box. */
export interface ProbabilityMap {
  readonly box: Box
  readonly values: Uint8Array
}

/** A box of voxels: first index and extent along i, j, k. */
export interface Box {
  readonly origin: Vector3
  readonly size: Vector3
}
