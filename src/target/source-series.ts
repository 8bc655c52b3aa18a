/** Which image series was segmented? References first, position second, never a silent guess. */
import type { SourceSeries } from '../domain/case.ts'
import type { Segmentation, SeriesSummary } from '../domain/segmentation.ts'
import { fitOf, outlineOf, type Outline } from './series-fit.ts'

/** Modalities whose volumes can be judged. */
export const VOLUME_MODALITIES: readonly string[] = ['CT', 'MR', 'PT']

export type SourceLocation =
  | {
      readonly series: SeriesSummary
      readonly foundBy: SourceSeries['foundBy']
      /** The segmentation's frame of reference against the series'. Anything but `same`: position is not verified. */
      readonly frameOfReference: 'same' | 'differs' | 'absent'
      /** Plain words: why this series, what was wrong with the references. */
      readonly note: string
      /** SOP Instance UIDs that the object refers to and no candidate holds. */
      readonly missingInstances: readonly string[]
    }
  | { readonly series: null; readonly note: string; readonly missingInstances: readonly string[] }

/**
 * Finds the series among all of the study's. In this order:
 * 1. the series that holds the images the object names; 2. the series the object names, although its image references
 * dangle; 3. without usable references, a series of the same frame of reference in which it lies plane on plane;
 * 4. the same by position alone. Several that match equally are told apart by a fixed rule, and the note says so.
 */
export function locateSource(
  segmentation: Segmentation,
  candidates: readonly SeriesSummary[],
): SourceLocation {
  const search = begin(segmentation, candidates)
  return byInstances(search) ?? bySeriesUid(search) ?? byPosition(search) ?? notFound(search)
}

/** What a case keeps of it. */
export function sourceSeriesOf(location: SourceLocation): SourceSeries | null {
  if (location.series === null) return null
  const { seriesInstanceUid, modality, instances } = location.series
  return {
    seriesInstanceUid,
    modality,
    foundBy: location.foundBy,
    note: location.note,
    instanceCount: instances.length,
  }
}

function isVolume({ modality }: SeriesSummary): boolean {
  return VOLUME_MODALITIES.includes(modality)
}

interface Search {
  readonly segmentation: Segmentation
  readonly volumes: readonly SeriesSummary[]
  readonly others: readonly SeriesSummary[]
  readonly namedSeries: ReadonlySet<string>
  readonly namedInstances: ReadonlySet<string>
  readonly missingInstances: readonly string[]
  readonly outline: Outline | null
}

function begin(segmentation: Segmentation, candidates: readonly SeriesSummary[]): Search {
  const named = segmentation.references
  const namedInstances = new Set(named.flatMap(({ sopInstanceUids }) => sopInstanceUids))
  const held = new Set(
    candidates.flatMap(({ instances }) => instances.map(({ sopInstanceUid }) => sopInstanceUid)),
  )
  return {
    segmentation,
    volumes: candidates.filter((series) => isVolume(series) && series.instances.length > 0),
    others: candidates.filter((series) => !isVolume(series)),
    namedSeries: new Set(named.flatMap(({ seriesInstanceUid }) => seriesInstanceUid ?? [])),
    namedInstances,
    missingInstances: [...namedInstances].filter((uid) => !held.has(uid)),
    outline: outlineOf(segmentation),
  }
}

/** 1: the series with most of the named images. */
function byInstances(search: Search): SourceLocation | null {
  const hits = new Map(search.volumes.map((series) => [series, countHeld(series, search.namedInstances)]))
  const most = Math.max(0, ...hits.values())
  if (most === 0) return null
  const matching = search.volumes.filter((series) => hits.get(series) === most)
  const { namedInstances, missingInstances, namedSeries } = search
  const [all, missing] = [namedInstances.size, missingInstances.length]
  const notes = [
    missing === 0
      ? `Named by the object: the archive holds ${all === 1 ? 'the 1 image' : `all ${all} images`} it refers to.`
      : `Named by the object, but ${missing} of the ${all} images it refers to are not in the archive.`,
  ]
  const elsewhere = all - missing - most
  if (elsewhere > 0) notes.push(`${elsewhere} of the images it refers to belong to other series.`)
  return choose(search, matching, 'reference', notes, (series) =>
    namedSeries.size > 0 && !namedSeries.has(series.seriesInstanceUid)
      ? 'The object names another series than the one that holds its images; the images decided.'
      : '',
  )
}

/** 2: the named series is here, none of the named images is. */
function bySeriesUid(search: Search): SourceLocation | null {
  const matching = search.volumes.filter((series) => search.namedSeries.has(series.seriesInstanceUid))
  if (matching.length === 0) return null
  const count = search.namedInstances.size
  const note =
    count === 0
      ? 'The object names this series, but no images of it.'
      : `The object names this series, but none of the ${count} images it refers to is in the archive.`
  return choose(search, matching, 'reference', [note], (series) => {
    const fit = search.outline === null ? null : fitOf(search.outline, series)
    return fit?.contained === true && fit.aligned
      ? 'Its position and planes fit the series.'
      : 'Its position and planes could not be confirmed in the series.'
  })
}

/** 3 and 4: it must lie in the series' box with its planes on image planes. */
function byPosition(search: Search): SourceLocation | null {
  const { outline, segmentation, volumes } = search
  if (outline === null) return null
  const fitting = volumes.filter((series) => {
    const fit = fitOf(outline, series)
    return fit !== null && fit.contained && fit.aligned
  })
  const sameFrame = fitting.filter((series) => frameAgainst(segmentation, series) === 'same')
  const namesNone = search.namedInstances.size + search.namedSeries.size === 0
  const why = namesNone ? 'The object names no images' : 'None of what the object names is in the archive'
  if (sameFrame.length > 0) {
    return choose(
      search,
      sameFrame,
      'geometry',
      [`${why}; found by frame of reference and position.`],
      () => '',
    )
  }
  if (fitting.length === 0) return null
  return choose(
    search,
    fitting,
    'geometry',
    [`${why}; found by position.`],
    (series) =>
      `Geometry only, frame of reference ${frameAgainst(segmentation, series)}: the overlay is not verified.`,
  )
}

function notFound(search: Search): SourceLocation {
  const { namedSeries, namedInstances, missingInstances, others, outline } = search
  const unsupported = others.find(
    (series) => namedSeries.has(series.seriesInstanceUid) || countHeld(series, namedInstances) > 0,
  )
  if (unsupported !== undefined) {
    const modality = quoted(unsupported.modality)
    const note = `The object refers to a series of modality ${modality}; only CT, MR and PT series can be judged.`
    return { series: null, note, missingInstances }
  }
  const referenced =
    namedInstances.size > 0
      ? `None of the ${namedInstances.size} images it refers to is in the archive`
      : namedSeries.size > 0
        ? 'The series it refers to is not in the archive'
        : 'The object refers to no images'
  const position =
    outline === null
      ? 'it has no shape to find its images by'
      : 'it lies in no CT, MR or PT series of the study plane on plane'
  return { series: null, note: `${referenced}, and ${position}.`, missingInstances }
}

/** Takes one of the matching series and says why; null when there is none. */
function choose(
  search: Search,
  matching: readonly SeriesSummary[],
  foundBy: SourceSeries['foundBy'],
  notes: readonly string[],
  noteOn: (series: SeriesSummary) => string,
): SourceLocation | null {
  const { series, because } = breakTie(search, matching)
  if (series === undefined) return null
  const count = matching.length
  const tie = count === 1 ? '' : `${count} series match equally; this one was taken because ${because}.`
  const note = [...notes, noteOn(series), tie].filter((sentence) => sentence !== '').join(' ')
  const frameOfReference = frameAgainst(search.segmentation, series)
  return { series, foundBy, frameOfReference, note, missingInstances: search.missingInstances }
}

/** Tells equal matches apart: the named one, frame of reference, exact position, then the lowest Series Instance UID. */
function breakTie({ segmentation, namedSeries, outline }: Search, matching: readonly SeriesSummary[]) {
  const rules: readonly { readonly because: string; readonly holds: (series: SeriesSummary) => boolean }[] = [
    { because: 'the object names it', holds: (series) => namedSeries.has(series.seriesInstanceUid) },
    {
      because: 'its frame of reference is the same',
      holds: (series) => frameAgainst(segmentation, series) === 'same',
    },
    {
      because: 'its image positions are exactly those of the object',
      holds: (series) => outline !== null && fitOf(outline, series)?.exact === true,
    },
  ]
  let left = matching
  for (const { because, holds } of rules) {
    if (left.length <= 1) break
    const better = left.filter(holds)
    if (better.length === 1) return { series: better[0], because }
    if (better.length > 0) left = better
  }
  const ordered = left.toSorted((a, b) => compareText(a.seriesInstanceUid, b.seriesInstanceUid))
  return { series: ordered[0], because: 'it has the lowest Series Instance UID' }
}

function frameAgainst(segmentation: Segmentation, series: SeriesSummary): 'same' | 'differs' | 'absent' {
  if (segmentation.frameOfReferenceUid === null || series.frameOfReferenceUid === null) return 'absent'
  return segmentation.frameOfReferenceUid === series.frameOfReferenceUid ? 'same' : 'differs'
}

function countHeld(series: SeriesSummary, uids: ReadonlySet<string>): number {
  return series.instances.filter(({ sopInstanceUid }) => uids.has(sopInstanceUid)).length
}

/** Text from DICOM is data: short, quoted, nothing but plain letters. */
function quoted(text: string): string {
  return `"${text.replace(/[^\w -]/g, '').slice(0, 16)}"`
}

/** By code units: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
