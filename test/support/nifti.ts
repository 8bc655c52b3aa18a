import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Geometry, Mask, Vector3, Volume } from '../../src/domain/geometry.ts'

export interface Nifti {
  /** In LPS: NIfTI's own axes are RAS. */
  readonly geometry: Geometry
  readonly voxels: Float32Array
}

const READERS: Readonly<Record<number, { bytes: number; read: (view: DataView, at: number) => number }>> = {
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  4: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  8: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  16: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
}

/** Reads a gzipped NIfTI-1 file (little endian, sform): what the test images use, nothing more. */
export function readNifti(path: string): Nifti {
  const bytes = gunzipSync(readFileSync(path))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size: Vector3 = [view.getInt16(42, true), view.getInt16(44, true), view.getInt16(46, true)]
  const reader = READERS[view.getInt16(70, true)]
  if (reader === undefined) throw new Error(`NIfTI data type ${view.getInt16(70, true)} is not read here.`)
  const from = view.getFloat32(108, true)
  const voxels = new Float32Array(size[0] * size[1] * size[2])
  for (let index = 0; index < voxels.length; index++)
    voxels[index] = reader.read(view, from + index * reader.bytes)
  const affine = Array.from({ length: 12 }, (_, n) => view.getFloat32(280 + 4 * n, true) * (n < 8 ? -1 : 1))
  return { geometry: { frameOfReferenceUid: '2.25.1', size, affine: [...affine, 0, 0, 0, 1] }, voxels }
}

export function niftiVolume({ geometry, voxels }: Nifti, modality: Volume['modality']): Volume {
  const instances = Array.from({ length: geometry.size[2] }, (_, k) => `2.25.${100 + k}`)
  const unit = modality === 'CT' ? "[hnsf'U]" : '1'
  return { geometry, modality, seriesInstanceUid: '2.25.2', unit, voxels, instances, problems: [] }
}

export function niftiMask({ geometry, voxels }: Nifti, label: number): Mask {
  const inside = new Uint8Array(voxels.length)
  for (let index = 0; index < voxels.length; index++) if (voxels[index] === label) inside[index] = 1
  return { geometry, box: { origin: [0, 0, 0], size: geometry.size }, voxels: inside }
}
