/** Do the entries of all knowledge files fit together? Says of the first that does not what is wrong with it. */
import type { Structure } from './domain/knowledge.ts'
import { PlumblineError } from './errors.ts'

/** Throws PlumblineError('bad-config') when an id, a range or a relation cannot be right. */
export function assertConsistent(structures: readonly Structure[]): void {
  const ids = new Set<string>()
  for (const { id } of structures) {
    if (ids.has(id)) throw badKnowledge(`Two knowledge entries have the id ${id}.`)
    ids.add(id)
  }
  for (const structure of structures) {
    assertRanges(structure)
    assertKnownIds(structure, ids)
  }
  for (const [what, edges] of relationsOf(structures)) assertNoCircle(what, edges)
}

export function badKnowledge(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('bad-config', message, {
    nextStep: 'Correct the file; the entries that ship with Plumbline show the form.',
    cause,
  })
}

function assertRanges({ id, volumeCm3, extentMm, elongation, intensity }: Structure): void {
  const ranges = [
    { what: 'volume', range: volumeCm3 },
    { what: 'extent', range: extentMm },
    { what: 'elongation', range: elongation },
    ...intensity.map((range) => ({ what: `${range.modality} intensity`, range })),
  ]
  const empty = ranges.find(
    ({ range }) => range !== null && (range.low ?? -Infinity) >= (range.high ?? Infinity),
  )
  if (empty !== undefined) throw badKnowledge(`Knowledge entry ${id}: the ${empty.what} range is empty.`)
}

function assertKnownIds(
  { id, mayContain, partOf, within, order }: Structure,
  ids: ReadonlySet<string>,
): void {
  const named = { mayContain, partOf, within, order: order.map(({ than }) => than) }
  for (const [field, others] of Object.entries(named)) {
    const unknown = others.find((other) => !ids.has(other))
    if (unknown !== undefined)
      throw badKnowledge(`Knowledge entry ${id}, ${field}: there is no entry with the id ${unknown}.`)
  }
}

/** From an id to the ids that it is said to lie beyond, or inside of. */
type Edges = ReadonlyMap<string, readonly string[]>

function relationsOf(structures: readonly Structure[]): [what: string, Edges][] {
  const along = (axis: Structure['order'][number]['axis']): Edges => {
    const edges = new Map<string, string[]>()
    for (const { id, order } of structures)
      for (const { axis: own, side, than, thanSide } of order) {
        if (own !== axis) continue
        const from = sided(id, side)
        edges.set(from, [...(edges.get(from) ?? []), sided(than, thanSide)])
      }
    return edges
  }
  const inside = new Map(structures.map(({ id, partOf }) => [id, [...partOf]]))
  for (const { id, mayContain } of structures) for (const part of mayContain) inside.get(part)?.push(id)
  return [
    ['superior of', along('superior')],
    ['anterior of', along('anterior')],
    ['left of', along('left')],
    ['part of', inside],
  ]
}

/** What holds of one side says nothing of the other. */
function sided(id: string, side: string | null): string {
  return side === null ? id : `${side} ${id}`
}

/** A chain that comes back to where it began contradicts itself. */
function assertNoCircle(what: string, edges: Edges): void {
  const done = new Set<string>()
  const visit = (id: string, chain: readonly string[]): void => {
    if (chain.includes(id))
      throw badKnowledge(`Knowledge entry ${id} would be ${what} itself: ${[...chain, id].join(', ')}.`)
    if (done.has(id)) return
    for (const next of edges.get(id) ?? []) visit(next, [...chain, id])
    done.add(id)
  }
  for (const id of edges.keys()) visit(id, [])
}
