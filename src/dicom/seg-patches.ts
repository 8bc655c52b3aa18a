/** What is set in a frame of a SEG, cut out as packed bits: a large grid with small segments stays small until their boxes are known. */
import { boundsOfBits, setBits, type BitBounds } from './bits.ts'
import type { StoredFrame } from './frame-bytes.ts'

/** The set pixels of one segment in one frame: the smallest rectangle around them. */
export interface Patch {
  readonly frameIndex: number
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  /** Bit `firstBit + row * stride + column` of `bits` is that pixel of the rectangle. */
  readonly bits: Uint8Array
  readonly firstBit: number
  readonly stride: number
}

/** Of a frame of packed bits, which the patch keeps a view of; null when none is set. */
export function patchOfBits(
  { bytes, firstBit }: StoredFrame,
  columns: number,
  rows: number,
  frameIndex: number,
): Patch | null {
  const box = boundsOfBits(bytes, firstBit, columns, rows)
  if (box === null) return null
  return {
    ...placeOf(box, frameIndex),
    bits: bytes,
    firstBit: firstBit + box.top * columns + box.left,
    stride: columns,
  }
}

/** Of the pixels that are at least `least`; null when there are none. */
export function patchOfValues(
  values: ArrayLike<number>,
  columns: number,
  least: number,
  frameIndex: number,
): Patch | null {
  let [left, right, top, bottom] = [columns, -1, -1, -1]
  for (let start = 0, row = 0; start < values.length; start += columns, row++) {
    for (let column = 0; column < columns; column++) {
      if ((values[start + column] ?? 0) < least) continue
      if (top < 0) top = row
      bottom = row
      if (column < left) left = column
      if (column > right) right = column
    }
  }
  if (top < 0) return null
  const patch = emptyPatch({ left, right, top, bottom }, frameIndex)
  for (let row = 0, bit = 0; row < patch.rows; row++) {
    const start = (top + row) * columns + left
    for (let column = 0; column < patch.columns; column++, bit++) {
      if ((values[start + column] ?? 0) >= least)
        patch.bits[bit >>> 3] = (patch.bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
    }
  }
  return patch
}

/** Of every label of a label map's frame but the `background` ones: two passes over its runs, whatever their number. */
export function patchesOfLabels(
  values: ArrayLike<number>,
  columns: number,
  background: ReadonlySet<number>,
  frameIndex: number,
): Map<number, Patch> {
  const runs = runsOf(values, columns, background)
  const boxes = new Map<number, Box>()
  for (const { label, row, start, end } of runs) {
    const box = boxes.get(label)
    if (box === undefined) boxes.set(label, { left: start, right: end - 1, top: row, bottom: row })
    else {
      if (start < box.left) box.left = start
      if (end > box.right + 1) box.right = end - 1
      box.bottom = row
    }
  }
  const patches = new Map(
    [...boxes].map(([label, box]): [number, Patch] => [label, emptyPatch(box, frameIndex)]),
  )
  for (const { label, row, start, end } of runs) {
    const patch = patches.get(label)
    if (patch === undefined) continue
    setBits(patch.bits, (row - patch.row) * patch.stride + start - patch.column, end - start)
  }
  return patches
}

type Box = { -readonly [side in keyof BitBounds]: number }

/** Neighbouring pixels of one row that hold the same label; `end` is one beyond the last. */
interface Run {
  readonly label: number
  readonly row: number
  readonly start: number
  readonly end: number
}

function runsOf(values: ArrayLike<number>, columns: number, background: ReadonlySet<number>): Run[] {
  const runs: Run[] = []
  const isBackground = (label: number) => background.has(label)
  for (let from = 0, row = 0; from < values.length; from += columns, row++) {
    for (let start = 0; start < columns;) {
      const label = values[from + start] ?? 0
      let end = start + 1
      while (end < columns && values[from + end] === label) end++
      if (!isBackground(label)) runs.push({ label, row, start, end })
      start = end
    }
  }
  return runs
}

function emptyPatch(box: BitBounds, frameIndex: number): Patch {
  const place = placeOf(box, frameIndex)
  const bits = new Uint8Array(Math.ceil((place.columns * place.rows) / 8))
  return { ...place, bits, firstBit: 0, stride: place.columns }
}

function placeOf({ left, right, top, bottom }: BitBounds, frameIndex: number) {
  return { frameIndex, column: left, row: top, columns: right - left + 1, rows: bottom - top + 1 }
}

/** The same patch with only its own bytes, so that a frame is not kept for a small part of it. Rows begin with a byte, after the same bits as they did. */
export function compactPatch(patch: Patch): Patch {
  if (patch.stride % 8 !== 0) return repackedPatch(patch)
  const lead = patch.firstBit & 7
  const rowBytes = Math.ceil((lead + patch.columns) / 8)
  const bits = new Uint8Array(rowBytes * patch.rows)
  for (let row = 0, from = patch.firstBit >>> 3; row < patch.rows; row++, from += patch.stride / 8)
    for (let n = 0, at = row * rowBytes; n < rowBytes; n++) bits[at + n] = patch.bits[from + n] ?? 0
  return { ...patch, bits, firstBit: lead, stride: rowBytes * 8 }
}

/** For rows that begin anywhere within a byte. */
function repackedPatch(patch: Patch): Patch {
  const box = {
    left: patch.column,
    right: patch.column + patch.columns - 1,
    top: patch.row,
    bottom: patch.row + patch.rows - 1,
  }
  const own = emptyPatch(box, patch.frameIndex)
  for (let row = 0; row < patch.rows; row++) copyRow(patch, own, row)
  return own
}

function copyRow(from: Patch, to: Patch, row: number): void {
  const [source, target] = [from.firstBit + row * from.stride, row * to.stride]
  for (let column = 0; column < from.columns; column++) {
    const bit = source + column
    if (((from.bits[bit >>> 3] ?? 0) >> (bit & 7)) & 1) setBits(to.bits, target + column, 1)
  }
}
