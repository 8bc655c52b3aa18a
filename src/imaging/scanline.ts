/** One polygon in an image plane to runs of pixels, with an active edge table (Foley et al., Computer Graphics, 3.6). */

/** Runs of pixels in one plane by ascending row, `RUN_LENGTH` integers each: row, first column, column after the last. */
export type Runs = Int32Array
export const RUN_LENGTH = 3

/** Rows with more crossings than this are sorted by the engine. */
const SHORT_ROW = 24

/**
 * Makes the function that fills polygons on a grid of this size; it keeps its working memory from one to the next.
 *
 * A polygon's pixels are those whose centres lie inside by the even-odd rule, clipped to the image. A keyhole (a polygon
 * that walks in to a hole and back) leaves its hole open. Points are x, y in pixel indices, repeated; the last joins the
 * first. A centre on a left or upper edge is inside, on a right or lower one not: neighbours share every pixel once.
 */
export function polygonFiller(columns: number, rows: number): (points: Float64Array) => Runs {
  const table: EdgeTable = { starts: new Int32Array(rows).fill(-1), ...workingMemory(256) }
  let runs = new Int32Array(64 * RUN_LENGTH)
  return (points) => {
    const [first, end] = loadEdges(table, points)
    let length = 0
    let active = 0
    for (let row = first; row < end; row++) {
      active = activate(table, row, active)
      sortCrossings(table, points, row, active)
      while (length + active * RUN_LENGTH > runs.length) runs = doubled(runs)
      for (let n = 0; n + 1 < active; n += 2) {
        const from = Math.max(0, Math.ceil(table.crossings[n] ?? 0))
        const to = Math.min(columns, Math.ceil(table.crossings[n + 1] ?? 0))
        if (to <= from) continue
        runs[length] = row
        runs[length + 1] = from
        runs[length + 2] = to
        length += RUN_LENGTH
      }
    }
    return runs.slice(0, length)
  }
}

/** Edge n leads from point n - 1 to point n. */
interface EdgeTable {
  /** By row: the first of the edges that start there, or -1. All -1 between polygons. */
  readonly starts: Int32Array
  /** By edge: the next one that starts in its row, or -1. */
  next: Int32Array
  /** By edge: the row after its last. */
  ends: Int32Array
  /** The edges that cross the row. */
  active: Int32Array
  /** Where they cross it, in ascending order. */
  crossings: Float64Array
}

function workingMemory(edges: number): Omit<EdgeTable, 'starts'> {
  return {
    next: new Int32Array(edges),
    ends: new Int32Array(edges),
    active: new Int32Array(edges),
    crossings: new Float64Array(edges),
  }
}

/** Files every edge under its first row of pixel centres; gives the rows of the polygon, end excluded. */
function loadEdges(table: EdgeTable, points: Float64Array): readonly [first: number, end: number] {
  const rows = table.starts.length
  const count = points.length / 2
  if (table.next.length < count) Object.assign(table, workingMemory(2 * count))
  const { starts, next, ends } = table
  let [top, bottom] = [rows, 0]
  let y0 = points[points.length - 1] ?? 0
  for (let edge = 0; edge < count; edge++) {
    const y1 = points[2 * edge + 1] ?? 0
    const first = Math.max(0, Math.ceil(Math.min(y0, y1)))
    const end = Math.min(rows, Math.ceil(Math.max(y0, y1)))
    y0 = y1
    if (!(first < end)) continue
    next[edge] = starts[first] ?? -1
    starts[first] = edge
    ends[edge] = end
    if (first < top) top = first
    if (end > bottom) bottom = end
  }
  return [top, bottom]
}

/** Takes the edges that start in this row, drops those that have ended; gives their number. */
function activate(table: EdgeTable, row: number, before: number): number {
  const { starts, next, ends, active } = table
  let count = 0
  for (let n = 0; n < before; n++) {
    const edge = active[n] ?? 0
    if ((ends[edge] ?? 0) > row) active[count++] = edge
  }
  for (let edge = starts[row] ?? -1; edge >= 0; edge = next[edge] ?? -1) active[count++] = edge
  starts[row] = -1
  return count
}

function sortCrossings(
  { active, crossings }: EdgeTable,
  points: Float64Array,
  row: number,
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    const to = 2 * (active[n] ?? 0)
    const from = to === 0 ? points.length - 2 : to - 2
    const [x0, y0] = [points[from] ?? 0, points[from + 1] ?? 0]
    const x = x0 + ((row - y0) / ((points[to + 1] ?? 0) - y0)) * ((points[to] ?? 0) - x0)
    let place = n
    if (count <= SHORT_ROW)
      for (; place > 0 && (crossings[place - 1] ?? 0) > x; place--)
        crossings[place] = crossings[place - 1] ?? 0
    crossings[place] = x
  }
  if (count > SHORT_ROW) crossings.subarray(0, count).sort()
}

function doubled(runs: Runs): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * runs.length)
  larger.set(runs)
  return larger
}
