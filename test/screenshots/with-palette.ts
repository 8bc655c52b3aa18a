/** A screenshot in 256 colours: a third of the bytes, and on a grey image with a few colours nobody sees it. */
import { decode, encode } from 'fast-png'

const COLOURS = 256

interface Box {
  /** Colours as 0xRRGGBB, with the number of their pixels. */
  readonly colours: readonly (readonly [rgb: number, count: number])[]
  /** Bits to shift for the channel that varies most, and by how much it does, times the number of pixels. */
  readonly shift: number
  readonly weight: number
}

export function withPalette(png: Uint8Array): Uint8Array {
  const { data, channels, width, height } = decode(png)
  const pixels = Int32Array.from({ length: width * height }, (_, index) => {
    const at = index * channels
    return ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0)
  })
  const boxes = medianCut(pixels)
  const entryOf = new Map(boxes.flatMap((box, entry) => box.colours.map(([rgb]) => [rgb, entry] as const)))
  return encode({
    width,
    height,
    channels: 1,
    depth: 8,
    palette: boxes.map(meanOf),
    data: Uint8Array.from(pixels, (rgb) => entryOf.get(rgb) ?? 0),
  })
}

/** Heckbert, SIGGRAPH 1982: the box with the widest spread is cut where half of its pixels lie on either side. */
function medianCut(pixels: Int32Array): Box[] {
  const counts = new Map<number, number>()
  for (const rgb of pixels) counts.set(rgb, (counts.get(rgb) ?? 0) + 1)
  const boxes = [boxOf([...counts])]
  while (boxes.length < COLOURS) {
    const widest = boxes.reduce(
      (best, box, index) => (box.weight > (boxes[best]?.weight ?? 0) ? index : best),
      0,
    )
    const box = boxes[widest]
    if (box === undefined || box.weight === 0) break
    boxes.splice(widest, 1, ...halves(box))
  }
  return boxes
}

function boxOf(colours: Box['colours']): Box {
  const pixels = colours.reduce((sum, [, count]) => sum + count, 0)
  const spreads = [16, 8, 0].map((shift) => {
    const values = colours.map(([rgb]) => (rgb >> shift) & 0xff)
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [255, 0])
    return { shift, spread: high - low }
  })
  const [most] = spreads.toSorted((a, b) => b.spread - a.spread)
  // The root keeps a small coloured sign from drowning in a large grey image.
  return { colours, shift: most?.shift ?? 0, weight: (most?.spread ?? 0) ** 2 * Math.sqrt(pixels) }
}

function halves({ colours, shift }: Box): Box[] {
  const sorted = colours.toSorted(([a], [b]) => ((a >> shift) & 0xff) - ((b >> shift) & 0xff))
  const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2
  let before = 0
  const cut = sorted.findIndex(([, count]) => (before += count) >= half)
  const at = Math.min(Math.max(cut, 1), sorted.length - 1)
  return [boxOf(sorted.slice(0, at)), boxOf(sorted.slice(at))]
}

function meanOf({ colours }: Box): [number, number, number] {
  const pixels = colours.reduce((sum, [, count]) => sum + count, 0)
  const mean = (shift: number): number =>
    Math.round(colours.reduce((sum, [rgb, count]) => sum + ((rgb >> shift) & 0xff) * count, 0) / pixels)
  return [mean(16), mean(8), mean(0)]
}
