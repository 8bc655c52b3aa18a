/** A host with one viewport, as far as the extension asks it: series, a grid, layers, styles. */
import type {
  CornerstoneViewport,
  DisplaySet,
  Host,
  Instance,
  SegmentationRepresentation,
  SegmentStyle,
  Services,
  StyleOf,
} from '../../ohif-extension/src/host.ts'

export interface FakeHost {
  readonly host: Host
  /** Image ids that the viewport was sent to, in order. */
  readonly visited: string[]
  readonly styles: { readonly of: StyleOf; readonly style: SegmentStyle }[]
  shown(): readonly string[]
  open(set: DisplaySet): void
}

interface FakeHostOptions {
  readonly displaySets: readonly DisplaySet[]
  /** Display sets in the viewport. */
  readonly shown?: readonly string[]
  /** Segment numbers that a loaded object has. */
  readonly segments?: readonly number[]
  /** False: the host never finishes loading the object. */
  readonly loadsObjects?: boolean
}

const VIEWPORT = 'default'

export function createFakeHost(options: FakeHostOptions): FakeHost {
  const listeners = new Set<() => void>()
  const sets = [...options.displaySets]
  const visited: string[] = []
  const styles: { of: StyleOf; style: SegmentStyle }[] = []
  let shown: readonly string[] = options.shown ?? []
  let layers: readonly SegmentationRepresentation[] = []

  const announces = {
    EVENTS: new Proxy({}, { get: (_, name) => String(name) }) as never,
    subscribe: (_event: string, listener: () => void) => {
      listeners.add(listener)
      return { unsubscribe: () => listeners.delete(listener) }
    },
  }
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const find = (uid: string) => sets.find(({ displaySetInstanceUID }) => displaySetInstanceUID === uid)
  const viewport: CornerstoneViewport = {
    id: VIEWPORT,
    type: 'stack',
    element: undefined as never,
    getDefaultActor: () => ({}),
    getCurrentImageId: () => visited.at(-1),
    setViewReference: ({ referencedImageId }) => visited.push(referencedImageId),
    getCamera: () => ({}),
    worldToCanvas: () => [0, 0],
    render: () => {},
  }
  const services = {
    displaySetService: { ...announces, getActiveDisplaySets: () => sets, getDisplaySetByUID: find },
    viewportGridService: {
      ...announces,
      getActiveViewportId: () => VIEWPORT,
      getState: () => ({ viewports: new Map([[VIEWPORT, {}]]) }),
      getDisplaySetsUIDsForViewport: () => shown,
      setDisplaySetsForViewports([content]: readonly { displaySetInstanceUIDs: readonly string[] }[]) {
        shown = content?.displaySetInstanceUIDs ?? []
        tell()
      },
      setActiveViewportId: () => {},
    },
    hangingProtocolService: {
      getViewportsRequireUpdate: (viewportId: string, uid: string) => [
        { viewportId, displaySetInstanceUIDs: [uid] },
      ],
    },
    cornerstoneViewportService: { ...announces, getCornerstoneViewport: () => viewport },
    segmentationService: {
      ...announces,
      getSegmentationRepresentations: (_viewportId: string, of?: { segmentationId: string }) =>
        layers.filter(({ segmentationId }) => of === undefined || segmentationId === of.segmentationId),
      setActiveSegmentation: () => {},
      setActiveSegment: () => {},
      setStyle: (of: StyleOf, style: SegmentStyle) => styles.push({ of, style }),
    },
  }
  const addLayer = ({ displaySetInstanceUID: segmentationId }: { displaySetInstanceUID: string }): void => {
    shown = [...shown, segmentationId]
    if (options.loadsObjects === false) return
    const segments = Object.fromEntries((options.segments ?? [1]).map((number) => [number, {}]))
    layers = [...layers, { segmentationId, type: 'Labelmap', segments }]
    tell()
  }
  return {
    host: {
      servicesManager: { services: services as unknown as Services },
      commandsManager: {
        runCommand: (name, given) => name === 'addDisplaySetAsLayer' && addLayer(given as never),
      },
      extensionManager: {
        getActiveDataSource: () => [
          { getImageIdsForInstance: ({ instance, frame }) => imageId(instance.SOPInstanceUID, frame ?? 1) },
        ],
      },
      appConfig: {},
    },
    visited,
    styles,
    shown: () => shown,
    open(set) {
      sets.push(set)
      tell()
    },
  }
}

export function imageId(sopInstanceUid: string, frame = 1): string {
  return `wadors:/instances/${sopInstanceUid}/frames/${frame}`
}

export function imageSet(uid: string, images: readonly Partial<Instance>[]): DisplaySet {
  return {
    displaySetInstanceUID: uid,
    StudyInstanceUID: '1.1',
    SeriesInstanceUID: `${uid}.series`,
    Modality: 'CT',
    images: images.map((image, i) => {
      const SOPInstanceUID = image.SOPInstanceUID ?? `${uid}.${i}`
      return { imageId: imageId(SOPInstanceUID), ...image, SOPInstanceUID }
    }),
  }
}

export function objectSet(uid: string, images: string): DisplaySet {
  return {
    displaySetInstanceUID: uid,
    StudyInstanceUID: '1.1',
    SeriesInstanceUID: `${uid}.series`,
    SOPInstanceUID: `${uid}.object`,
    Modality: 'SEG',
    referencedDisplaySetInstanceUID: images,
  }
}
