/** THE list of what is fuzzed: every door that untrusted bytes come in by. A new parser is one row here. */
import { textDecoderFor } from '../../dicom/charset.ts'
import { valuesOf } from '../../dicom/element-values.ts'
import { readVolume } from '../../dicom/image.ts'
import { jsonInteger, jsonItems, jsonText, mapBulkDataUris, toDicomJson } from '../../dicom/json.ts'
import type { ReadLimits } from '../../dicom/limits.ts'
import { boundaryOf, createMultipartReader, multipartTail, partHead } from '../../dicom/multipart.ts'
import { memorySource } from '../../dicom/byte-source.ts'
import { parseDataset } from '../../dicom/parse.ts'
import { readPart10, type Part10 } from '../../dicom/part10.ts'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../dicom/transfer-syntax.ts'
import { decodeFrame } from '../../dicom/pixels.ts'
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import { alignMask } from '../../imaging/align.ts'
import { rasterise } from '../../imaging/contours.ts'
import type { Random } from '../../phantom/random.ts'
import { CODE_STREAMS, frameHeader } from './code-streams.ts'
import { requireWholeFrame, requireWholeSegmentation, requireWholeVolume } from './consistency.ts'
import { dataSetStart, type Corpus } from './corpus.ts'
import { below, pick } from './mutate.ts'
import { packedFrames } from './packed-frames.ts'
import { requireSameInPieces } from './pieces.ts'

export interface FuzzEntry {
  readonly name: string
  /** How often it is run, against the others. */
  readonly weight: number
  readonly seeds: readonly Uint8Array[]
  /** Anything but a value or a PlumblineError is a failure. */
  readonly run: (bytes: Uint8Array, random: Random) => unknown
}

/** Small, so that what is beyond them is met often. */
const LIMITS: ReadLimits = {
  objectBytesMax: 1_000_000,
  seriesBytesMax: 1_000_000,
  seriesInstancesMax: 100,
  voxelsMax: 1_000_000,
  segmentsMax: 100,
  sequenceItemsMax: 1000,
  contourPointsMax: 10_000,
}
const PART_LIMITS = { partsMax: 20, partBytesMax: 10_000 }
const BOUNDARY = 'fuzz'
const VALUE_REPRESENTATIONS =
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  )
const TERMS = [
  '',
  'ISO_IR 100',
  'ISO_IR 192',
  'GB18030',
  'ISO 2022 IR 6',
  'ISO 2022 IR 13',
  'ISO 2022 IR 87',
  'ISO 2022 IR 149',
  'ISO_IR 999',
]
/** A failed decode costs a fresh WebAssembly module, so that these would take all the time. */
const CODEC_WEIGHT = 0.02

export function fuzzEntries(corpus: Corpus): FuzzEntry[] {
  const files = [...corpus.seg, ...corpus.rtStruct, ...corpus.images]
  const explicit = files.filter((file) => readPart10(file).transferSyntaxUid === EXPLICIT_VR_LITTLE_ENDIAN)
  const bare = explicit.map((file) => file.slice(dataSetStart(file)))
  const bareImplicit = corpus.implicit.slice(dataSetStart(corpus.implicit))
  return [
    { name: 'part10', weight: 10, seeds: files, run: (bytes) => jsonOf(readPart10(bytes)) },
    {
      name: 'parse explicit',
      weight: 5,
      seeds: bare,
      run: (bytes) => parseDataset(memorySource(bytes), 0, { explicit: true }),
    },
    {
      name: 'parse implicit',
      weight: 5,
      seeds: [bareImplicit],
      run: (bytes) => parseDataset(memorySource(bytes), 0, { explicit: false }),
    },
    { name: 'SEG', weight: 20, seeds: corpus.seg, run: readSeg },
    { name: 'SEG in pieces', weight: 10, seeds: corpus.seg, run: readInPieces },
    { name: 'RTSTRUCT', weight: 20, seeds: corpus.rtStruct, run: readSegOnly },
    { name: 'SEG on images', weight: 5, seeds: corpus.seg, run: (bytes) => place(bytes, corpus) },
    { name: 'RTSTRUCT on images', weight: 5, seeds: corpus.rtStruct, run: (bytes) => place(bytes, corpus) },
    { name: 'image series', weight: 10, seeds: corpus.images, run: (bytes) => readSeries(bytes, corpus) },
    { name: 'multipart', weight: 5, seeds: [multipartMessage(files)], run: readMultipart },
    { name: 'content type', weight: 1, seeds: CONTENT_TYPES, run: (bytes) => boundaryOf(latin1(bytes)) },
    { name: 'character sets', weight: 3, seeds: TEXTS, run: decodeText },
    { name: 'element values', weight: 3, seeds: [...TEXTS, ...bare], run: decodeValue },
    ...packedFrames().map(({ name, part10 }) => frameEntry(name, 2, part10)),
    ...CODE_STREAMS.map(({ name, bits, transferSyntaxUid, bytes }) =>
      frameEntry(name, name === 'jpeg-lossless' ? 2 : CODEC_WEIGHT, {
        transferSyntaxUid,
        dataset: frameHeader(bits),
        pixelData: { kind: 'encapsulated', offsets: [], fragments: [bytes] },
      }),
    ),
  ]
}

const CONTENT_TYPES = [
  'multipart/related; type="application/dicom"; boundary=fuzz',
  'multipart/related; boundary="a b"',
].map(fromLatin1)
const TEXTS = [
  'Leber \x1b$B4ADxL>\x1b(B links',
  'M\xfcller^J\xf6rg=\x1b$)C\xb1\xe8',
  '1.5\\-2e3\\NaN\\\\7',
].map(fromLatin1)

/** The archive's path: the header of every stored file becomes DICOM JSON. */
function jsonOf({ dataset }: Part10): number {
  const json = toDicomJson(dataset, { bulkDataUri: (path) => path })
  const mapped = mapBulkDataUris(json, (uri) => `bulk/${uri}`)
  for (const tag of Object.keys(mapped)) {
    jsonText(mapped, tag)
    jsonInteger(mapped, tag)
    jsonItems(mapped, tag)
  }
  return JSON.stringify(mapped).length
}

async function readSeg(bytes: Uint8Array): Promise<void> {
  const segmentation = await readSegmentation(bytes, LIMITS)
  requireWholeSegmentation(segmentation, readPart10(bytes, { maxBytes: LIMITS.objectBytesMax }))
}

function readInPieces(bytes: Uint8Array): Promise<void> {
  return requireSameInPieces(bytes, LIMITS)
}

function readSegOnly(bytes: Uint8Array): Promise<unknown> {
  return readSegmentation(bytes, LIMITS)
}

/** As compute does: every segment onto the grid of the images. */
async function place(bytes: Uint8Array, { geometry }: Corpus): Promise<void> {
  const { segments } = await readSegmentation(bytes, LIMITS)
  for (const { shape } of segments) {
    if (shape.kind === 'mask') alignMask(shape.mask, geometry)
    if (shape.kind === 'contours') rasterise(shape.contours, geometry)
  }
}

/** One mutated slice among good ones. */
async function readSeries(bytes: Uint8Array, { images }: Corpus): Promise<void> {
  requireWholeVolume(await readVolume([...images.slice(1), bytes], LIMITS))
}

function multipartMessage(files: readonly Uint8Array[]): Uint8Array {
  const parts = files
    .slice(0, 3)
    .flatMap((file) => [partHead(BOUNDARY, 'application/dicom'), file.subarray(0, 300)])
  return Buffer.concat([...parts, multipartTail(BOUNDARY)])
}

/** In chunks of any size, as a network delivers them. */
function readMultipart(bytes: Uint8Array, random: Random): void {
  const reader = createMultipartReader(BOUNDARY, PART_LIMITS)
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + below(random, 200)
    reader.push(bytes.subarray(at, end))
    at = end
  }
  reader.end()
}

function decodeText(bytes: Uint8Array, random: Random): string {
  const terms = Array.from({ length: 1 + below(random, 3) }, () => pick(random, TERMS))
  return textDecoderFor(terms)(bytes)
}

function decodeValue(bytes: Uint8Array, random: Random): unknown {
  const at = below(random, bytes.length + 1)
  const end = Math.min(bytes.length, at + below(random, 64))
  const source = {
    buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    littleEndian: random() < 0.5,
  }
  const decode = textDecoderFor([pick(random, TERMS)])
  return valuesOf(pick(random, VALUE_REPRESENTATIONS), source, at, end, decode)
}

/** The bytes of one compressed frame are mutated; what its header says stays. */
function frameEntry(name: string, weight: number, part10: Part10): FuzzEntry {
  const { pixelData } = part10
  const seeds = pixelData?.kind === 'encapsulated' ? pixelData.fragments : []
  return {
    name: `frame ${name}`,
    weight,
    seeds,
    run: async (bytes) => {
      const frame = { kind: 'encapsulated', offsets: [], fragments: [bytes] } as const
      requireWholeFrame(await decodeFrame({ ...part10, pixelData: frame }, 0))
    },
  }
}

function fromLatin1(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'latin1'))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
