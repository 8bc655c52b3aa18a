/** Rendered frames and thumbnails as PNG (PS3.18 10.4.1.1.3, 10.4.1.1.4). */
import type { Request, Response } from 'express'
import { encode } from 'fast-png'
import { number, type Part10 } from '../dicom/part10.ts'
import type { DecodeFrame, Frame } from '../dicom/pixels.ts'
import { acceptedOf, HttpRefusal } from './http.ts'
import { frameList, requirePixels } from './frames.ts'
import type { ReadPart10 } from './part10-cache.ts'
import type { Archive } from './store.ts'
import { instanceOf, scopeOf, type UidParameters } from './wado.ts'

const PNG = 'image/png'
const THUMBNAIL_PIXELS = 128
/** Without a window in the header: the darkest and the brightest hundredth are cut. */
const PERCENTILES = [0.01, 0.99] as const
/** Pixels that the percentiles are taken from: sorting all of a mammogram would hold up everything else for seconds. */
const SAMPLES_MAX = 2 ** 16
const GREY = new Set(['MONOCHROME1', 'MONOCHROME2'])

/** An 8 bit picture, one or three samples per pixel. */
interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** `kind` thumbnail: at most 128 pixels wide and high. Without a frame in the address, the middle one. */
export function renderHandler(
  archive: Archive,
  read: ReadPart10,
  decodeFrame: DecodeFrame,
  kind: 'rendered' | 'thumbnail',
) {
  return async (request: Request<UidParameters>, response: Response): Promise<void> => {
    if (!acceptedOf(request).some(({ type }) => type === PNG || type === 'image/*' || type === '*/*')) {
      throw new HttpRefusal(406, 'Rendered images are given as image/png.')
    }
    const { sopInstanceUid } = await sampleOf(archive, request)
    const part10 = await read(sopInstanceUid)
    const { frames } = requirePixels(part10)
    const list = request.params['frames']
    const [index = 0] = list === undefined ? [Math.floor((frames - 1) / 2)] : frameList(list, part10)
    const picture = pictureOf(await decodeFrame(part10, index), shadingOf(part10, request.query['window']))
    response.setHeader('content-type', PNG)
    response.end(encode({ ...(kind === 'thumbnail' ? shrunk(picture) : picture), depth: 8 }))
  }
}

/** The instance named, or the middle one of the series or study. */
async function sampleOf(archive: Archive, request: Request<UidParameters>) {
  if (request.params['instance'] !== undefined) return instanceOf(archive, request)
  const instances = await archive.instances(scopeOf(request.params))
  const middle = instances[Math.floor((instances.length - 1) / 2)]
  if (middle === undefined) throw new HttpRefusal(404, 'The archive does not hold it.')
  return middle
}

/** Which rescaled values become black and white. */
interface Shading {
  readonly slope: number
  readonly intercept: number
  readonly black: number
  readonly white: number
}

/** Of the query (`center,width,function`, PS3.18 8.3.5.1.4), else of the header; null: by percentiles. */
function shadingOf({ dataset }: Part10, asked: unknown): Shading | null {
  const slope = number(dataset, 'RescaleSlope') ?? 1
  const intercept = number(dataset, 'RescaleIntercept') ?? 0
  const [center, width] =
    typeof asked === 'string'
      ? asked.split(',').map(Number)
      : [number(dataset, 'WindowCenter') ?? NaN, number(dataset, 'WindowWidth') ?? NaN]
  if (center === undefined || width === undefined || !Number.isFinite(center) || !(width >= 1)) {
    if (typeof asked === 'string')
      throw new HttpRefusal(400, 'The window is asked for as center,width,linear.')
    return null
  }
  // VOI LUT function LINEAR, PS3.3 C.11.2.1.2.1.
  const black = center - 0.5 - (width - 1) / 2
  return { slope, intercept, black, white: black + width - 1 }
}

function pictureOf(frame: Frame, shading: Shading | null): Picture {
  const { rows, columns, samples, values, photometric } = frame
  const size = { width: columns, height: rows }
  if (samples === 3 && photometric === 'RGB' && values instanceof Uint8Array)
    return { ...size, channels: 3, data: values }
  if (samples !== 1 || !GREY.has(photometric)) {
    throw new HttpRefusal(406, 'Images of this Photometric Interpretation are not rendered.')
  }
  const { slope, intercept, black, white } = shading ?? percentileShading(values)
  const scale = white > black ? 255 / (white - black) : 255
  const inverted = photometric === 'MONOCHROME1'
  // A plain loop: `Uint8Array.from` with a function takes twenty times as long.
  const data = new Uint8Array(values.length)
  for (let at = 0; at < data.length; at++) {
    const shade = Math.round(
      Math.min(255, Math.max(0, ((values[at] ?? 0) * slope + intercept - black) * scale)),
    )
    data[at] = inverted ? 255 - shade : shade
  }
  return { ...size, channels: 1, data }
}

function percentileShading(values: Frame['values']): Shading {
  // Odd, so that the samples do not fall into the same few columns of a width that is a power of two.
  const step = values.length <= SAMPLES_MAX ? 1 : Math.ceil(values.length / SAMPLES_MAX) | 1
  const sorted = Float64Array.from(
    { length: Math.ceil(values.length / step) },
    (_, at) => values[at * step] ?? 0,
  ).toSorted()
  const [black = 0, white = 0] = PERCENTILES.map((share) => sorted[Math.round((sorted.length - 1) * share)])
  return { slope: 1, intercept: 0, black, white }
}

/** Nearest neighbour: good enough for a list of series. */
function shrunk({ width, height, channels, data }: Picture): Picture {
  const factor = Math.max(1, Math.max(width, height) / THUMBNAIL_PIXELS)
  const small = {
    width: Math.max(1, Math.floor(width / factor)),
    height: Math.max(1, Math.floor(height / factor)),
  }
  const pixels = new Uint8Array(small.width * small.height * channels)
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / channels)
    const x = Math.floor((pixel % small.width) * factor)
    const y = Math.floor(Math.floor(pixel / small.width) * factor)
    pixels[at] = data[(y * width + x) * channels + (at % channels)] ?? 0
  }
  return { ...small, channels, data: pixels }
}
