/** Cells of one slice: pieces, outlines, middles. */
import { findComponents, onlyComponent } from '../imaging/components.ts'
import { asMask, type Cells, type Scene } from './scene.ts'

/** Cells on the outline of what is left when the outermost layer is taken off; of all of it where nothing would be left. */
export function innerOutline(cells: Cells, columns: number): number[] {
  const inner = cells.slice()
  for (const n of outline(cells, columns)) inner[n] = 0
  return outline(inner.includes(1) ? inner : cells, columns)
}

/** Cells with a neighbour outside; what lies beyond the slice is outside. */
export function outline(cells: Cells, columns: number): number[] {
  const rows = cells.length / columns
  const found: number[] = []
  for (let j = 0, n = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, n++) {
      if (cells[n] !== 1) continue
      const isInner =
        i > 0 &&
        i < columns - 1 &&
        j > 0 &&
        j < rows - 1 &&
        cells[n - 1] === 1 &&
        cells[n + 1] === 1 &&
        cells[n - columns] === 1 &&
        cells[n + columns] === 1
      if (!isInner) found.push(n)
    }
  }
  return found
}

/** Connected pieces of a slice, the largest first. */
export function piecesOf(cells: Cells, scene: Scene): Cells[] {
  const [columns, rows] = scene.size
  const mask = asMask(cells, { ...scene, size: [columns, rows, 1] })
  const found = findComponents(mask)
  return found.components.map((_, label) => onlyComponent(mask, found, label).voxels)
}

/** The cell nearest to the centre of area; -1 of nothing. */
export function middleOf(cells: Cells, columns: number): number {
  let [count, sumI, sumJ] = [0, 0, 0]
  for (let n = 0; n < cells.length; n++) {
    if (cells[n] !== 1) continue
    count++
    sumI += n % columns
    sumJ += Math.floor(n / columns)
  }
  let [nearest, least] = [-1, Infinity]
  for (let n = 0; n < cells.length; n++) {
    if (cells[n] !== 1) continue
    const away = ((n % columns) - sumI / count) ** 2 + (Math.floor(n / columns) - sumJ / count) ** 2
    if (away < least) [nearest, least] = [n, away]
  }
  return nearest
}
