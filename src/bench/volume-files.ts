/** Images and label maps of research collections: NIfTI and NRRD to grids in LPS mm. Reads what it is given or throws. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { NIFTI1, type NIFTI2, readHeader, readImage } from 'nifti-reader-js'
import type { Geometry, Mask, Modality, Vector3, Volume } from '../domain/geometry.ts'

/** One file: values (scaled as the file says) in the order i, j, k, and names of labels where the file has them. */
export interface VolumeFile {
  readonly geometry: Geometry
  readonly values: Float32Array
  readonly labels: ReadonlyMap<number, string>
}

/** `frameOfReferenceUid`: what says that files of one collection share their coordinates. */
export async function readVolumeFile(path: string, frameOfReferenceUid: string): Promise<VolumeFile> {
  const stored = await readFile(path)
  const read = path.endsWith('.nrrd') ? readNrrd : readNifti
  const { size, affine, values, labels } = read(stored)
  if (values.length !== size[0] * size[1] * size[2])
    throw new Error('The file holds no three-dimensional grid.')
  return { geometry: { frameOfReferenceUid, size, affine }, values, labels }
}

interface Grid {
  readonly size: Vector3
  readonly affine: number[]
  readonly values: Float32Array
  readonly labels: ReadonlyMap<number, string>
}

type Values =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
type View = new (buffer: ArrayBufferLike) => Values

const NIFTI_TYPES: Readonly<Record<number, View>> = {
  [NIFTI1.TYPE_UINT8]: Uint8Array,
  [NIFTI1.TYPE_INT8]: Int8Array,
  [NIFTI1.TYPE_INT16]: Int16Array,
  [NIFTI1.TYPE_UINT16]: Uint16Array,
  [NIFTI1.TYPE_INT32]: Int32Array,
  [NIFTI1.TYPE_UINT32]: Uint32Array,
  [NIFTI1.TYPE_FLOAT32]: Float32Array,
  [NIFTI1.TYPE_FLOAT64]: Float64Array,
}

/** NIfTI-1 or -2, gzipped or not; its axes are RAS, ours LPS. */
function readNifti(stored: Buffer): Grid {
  const bytes = stored[0] === 0x1f ? gunzipSync(stored) : stored
  const buffer = exactBuffer(bytes)
  const header = readHeader(buffer)
  const view = NIFTI_TYPES[header.datatypeCode]
  if (view === undefined || !header.littleEndian) throw new Error('This NIfTI data type is not read here.')
  const scale = header.scl_slope === 0 ? 1 : header.scl_slope
  const [, columns = 0, rows = 0, slices = 1] = header.dims
  const affine = header.affine.flatMap((row, n) => (n < 2 ? row.map((value) => -value) : row))
  return {
    size: [columns, rows, slices],
    affine,
    values: scaled(new view(readImage(header, buffer)), scale, header.scl_inter),
    labels: labelsOf(header, bytes),
  }
}

function scaled(stored: Values, slope: number, intercept: number): Float32Array {
  const values = new Float32Array(stored)
  if (slope === 1 && intercept === 0) return values
  for (let n = 0; n < values.length; n++) values[n] = (values[n] ?? 0) * slope + intercept
  return values
}

/** The label table that segmentation programs write into the header extension. */
function labelsOf(header: NIFTI1 | NIFTI2, bytes: Buffer): Map<number, string> {
  const extension = bytes.toString('latin1', 348, Math.max(348, header.vox_offset))
  const rows = extension.matchAll(/<Label Key="(\d+)"[^>]*><!\[CDATA\[([^\]]*)\]\]>/g)
  return new Map([...rows].map(([, key, name]) => [Number(key), name ?? '']))
}

const NRRD_TYPES: Readonly<Record<string, View>> = {
  uchar: Uint8Array,
  uint8: Uint8Array,
  'unsigned char': Uint8Array,
  char: Int8Array,
  short: Int16Array,
  int16: Int16Array,
  ushort: Uint16Array,
  'unsigned short': Uint16Array,
  int: Int32Array,
  uint: Uint32Array,
  'unsigned int': Uint32Array,
  float: Float32Array,
  double: Float64Array,
}

/** NRRD with attached raw or gzipped data, in LPS (http://teem.sourceforge.net/nrrd/format.html). */
function readNrrd(stored: Buffer): Grid {
  const end = stored.indexOf('\n\n')
  const fields = new Map(
    stored
      .toString('latin1', 0, end)
      .split(/\r?\n/)
      .flatMap((line): [string, string][] => {
        const [, name, value] = /^([\w ]+): (.*)$/.exec(line) ?? []
        return name === undefined || value === undefined ? [] : [[name, value]]
      }),
  )
  const field = (name: string): string => fields.get(name) ?? ''
  const numbers = (text: string): number[] => (text.match(/-?[\d.]+(?:e[-+]?\d+)?/gi) ?? []).map(Number)
  const view = NRRD_TYPES[field('type')]
  if (view === undefined || field('space') !== 'left-posterior-superior' || field('endian') === 'big')
    throw new Error('This kind of NRRD is not read here.')
  const data = stored.subarray(end + 2)
  const raw = /gz/.test(field('encoding')) ? gunzipSync(data) : data
  const [columns = 0, rows = 0, slices = 0] = numbers(field('sizes'))
  const axes = numbers(field('space directions'))
  const origin = numbers(field('space origin'))
  const affine = [0, 1, 2].flatMap((row) => [axes[row], axes[row + 3], axes[row + 6], origin[row]])
  return {
    size: [columns, rows, slices],
    affine: [...affine.map((value) => value ?? NaN), 0, 0, 0, 1],
    values: new Float32Array(new view(exactBuffer(raw))),
    labels: new Map(),
  }
}

function exactBuffer(bytes: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length)
  new Uint8Array(copy).set(bytes)
  return copy
}

/** As if every slice were an image of its own. */
export function volumeOf({ geometry, values }: VolumeFile, modality: Modality): Volume {
  const instances = Array.from({ length: geometry.size[2] }, (_, k) => `2.25.${100 + k}`)
  const unit = modality === 'CT' ? "[hnsf'U]" : '1'
  const isExact = values.every((value) => Number.isInteger(value) && Math.abs(value) < 32768)
  const voxels = isExact ? Int16Array.from(values) : values
  return { geometry, modality, seriesInstanceUid: '2.25.2', unit, voxels, instances, problems: [] }
}

/** Where `isInside` holds, over the smallest box. */
export function maskOf({ geometry, values }: VolumeFile, isInside: (value: number) => boolean): Mask {
  const [columns, rows] = geometry.size
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-1, -1, -1]
  let [before, inside] = [NaN, false]
  for (let n = 0; n < values.length; n++) {
    const value = values[n] ?? 0
    if (value !== before) [before, inside] = [value, isInside(value)]
    if (!inside) continue
    const row = Math.floor(n / columns)
    const at = [n - row * columns, row % rows, Math.floor(row / rows)] as const
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], at[axis])
      high[axis] = Math.max(high[axis], at[axis])
    }
  }
  if (high[0] < 0) return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
  const size: Vector3 = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1]
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  for (let k = 0, n = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const from = ((k + low[2]) * rows + j + low[1]) * columns + low[0]
      for (let i = 0; i < size[0]; i++, n++) if (isInside(values[from + i] ?? 0)) voxels[n] = 1
    }
  }
  return { geometry, box: { origin: low, size }, voxels }
}
