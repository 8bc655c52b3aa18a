/**
 * What Plumbline uses of OHIF 3.11 to 3.14, and no more: @ohif/core ships no types. What the host calls `any` is
 * `unknown` here and is looked at before it is used. Every other file of the extension knows OHIF by these names only.
 */
import type { ReactNode } from 'react'

export interface Subscription {
  unsubscribe(): void
}

interface Announces<EventName extends string> {
  readonly EVENTS: Readonly<Record<EventName, string>>
  subscribe(event: string, listener: (detail: unknown) => void): Subscription
}

/** One DICOM instance as the host keeps it: naturalized attributes and, for images, the id of its (first) frame. */
export interface Instance {
  readonly SOPInstanceUID: string
  readonly FrameOfReferenceUID?: string
  readonly NumberOfFrames?: number | string
  readonly imageId?: string
  readonly [attribute: string]: unknown
}

/** A series, or a part of one, as the host shows it. */
export interface DisplaySet {
  readonly displaySetInstanceUID: string
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly Modality: string
  /** Of derived objects (SEG, RTSTRUCT): the newest of the series. */
  readonly SOPInstanceUID?: string
  /** Of image series. */
  readonly images?: readonly Instance[]
  readonly FrameOfReferenceUID?: string
  /** Of derived objects: the images that they lie on, once the host has these. */
  readonly referencedDisplaySetInstanceUID?: string | null
  readonly loadingPromise?: Promise<unknown>
}

export interface DisplaySetService extends Announces<
  'DISPLAY_SETS_ADDED' | 'DISPLAY_SETS_CHANGED' | 'DISPLAY_SETS_REMOVED'
> {
  getActiveDisplaySets(): readonly DisplaySet[]
  getDisplaySetByUID(displaySetInstanceUid: string): DisplaySet | undefined
}

export interface ViewportContent {
  readonly viewportId: string
  readonly displaySetInstanceUIDs: readonly string[]
}

/** A cell of the grid. What is not listed is handed back as it came. */
export interface GridViewport {
  readonly displaySetInstanceUIDs?: readonly string[]
  readonly displaySetOptions?: readonly object[]
  readonly viewportOptions?: {
    readonly viewportId: string
    readonly viewportType?: string
    readonly toolGroupId?: string
    readonly allowUnmatchedView?: boolean
    readonly syncGroups?: readonly SyncGroup[]
  }
}

export interface GridState {
  readonly viewports: ReadonlyMap<string, GridViewport>
  readonly layout: { readonly numRows: number; readonly numCols: number }
  readonly isHangingProtocolLayout?: boolean
}

export interface GridLayout {
  readonly numRows: number
  readonly numCols: number
  readonly layoutOptions?: readonly object[]
  readonly activeViewportId?: string
  readonly isHangingProtocolLayout?: boolean | undefined
  readonly findOrCreateViewport: (position: number) => GridViewport
}

export interface ViewportGridService extends Announces<'GRID_STATE_CHANGED' | 'ACTIVE_VIEWPORT_ID_CHANGED'> {
  getActiveViewportId(): string | null
  getState(): GridState
  getDisplaySetsUIDsForViewport(viewportId: string): readonly string[] | undefined
  setDisplaySetsForViewports(contents: readonly ViewportContent[]): void
  setActiveViewportId(viewportId: string): void
  setLayout(layout: GridLayout): unknown
  getLayoutOptionsFromState(state: GridState): readonly object[]
}

export interface HangingProtocolService {
  /** What else must change so that the layout stays consistent. Throws where the protocol forbids it. */
  getViewportsRequireUpdate(viewportId: string, displaySetInstanceUid: string): readonly ViewportContent[]
}

export type Point3 = readonly [number, number, number]

/** A viewport of Cornerstone: `stack` shows images, `orthographic` a plane through a volume. */
export interface CornerstoneViewport {
  readonly id: string
  readonly type: string
  readonly element: HTMLElement
  /** What it draws; nothing before the first image is there. */
  getDefaultActor?(): unknown
  getCurrentImageId?(): string | undefined
  getImageIds?(): readonly string[]
  isInAcquisitionPlane?(): boolean
  setViewReference(reference: { referencedImageId: string; FrameOfReferenceUID: string | undefined }): void
  getCamera(): { readonly focalPoint?: Point3; readonly viewPlaneNormal?: Point3 }
  /** World: LPS millimetres. Canvas: CSS pixels from the upper left corner of the element. */
  worldToCanvas(world: Point3): readonly [number, number]
  render(): void
}

export interface CornerstoneViewportService extends Announces<'VIEWPORT_DATA_CHANGED'> {
  getCornerstoneViewport(viewportId: string): CornerstoneViewport | null | undefined
}

export type RepresentationType = 'Labelmap' | 'Contour' | 'Surface'

export interface SegmentationRepresentation {
  /** Of a loaded SEG or RTSTRUCT: the id of its display set. */
  readonly segmentationId: string
  readonly type: RepresentationType
  /** By segment number. */
  readonly segments: Readonly<Record<string, unknown>>
}

export interface StyleOf {
  readonly viewportId: string
  readonly segmentationId: string
  readonly type: RepresentationType
  readonly segmentIndex: number
}

export interface SegmentStyle {
  readonly fillAlpha?: number
  readonly outlineWidth?: number
  readonly outlineOpacity?: number
  readonly fillAlphaInactive?: number
  readonly outlineWidthInactive?: number
  readonly outlineOpacityInactive?: number
}

export interface SegmentationService extends Announces<
  | 'SEGMENTATION_LOADING_COMPLETE'
  | 'SEGMENTATION_REPRESENTATION_MODIFIED'
  | 'SEGMENTATION_REPRESENTATION_REMOVED'
> {
  getSegmentationRepresentations(
    viewportId: string,
    specifier?: { segmentationId: string },
  ): readonly SegmentationRepresentation[]
  /** From 3.13 on. */
  removeRepresentationsFromViewport?(viewportId: string, specifier: { segmentationId: string }): void
  /** Before. */
  removeSegmentationRepresentations?(viewportId: string, specifier: { segmentationId: string }): void
  jumpToSegmentCenter(
    segmentationId: string,
    segmentIndex: number,
    viewportId: string,
    highlightAlpha: number,
    highlightSegment: boolean,
  ): void
  setActiveSegmentation(viewportId: string, segmentationId: string): void
  setActiveSegment(segmentationId: string, segmentIndex: number): void
  /** Without `merge` the style holds what is given and nothing else. */
  setStyle(specifier: StyleOf, style: SegmentStyle, merge: boolean): void
}

/** Viewports of one id do together what the type says. */
export interface SyncGroup {
  readonly type: string
  readonly id: string
  readonly source: boolean
  readonly target: boolean
}

export interface PanelService {
  activatePanel(panelId: string, forceActive: boolean): void
}

export interface ToolbarService {
  readonly state?: { readonly buttonSections?: Readonly<Record<string, readonly string[]>> }
  register(buttons: readonly unknown[]): void
  updateSection(section: string, buttonIds: readonly string[]): void
}

export interface Services {
  readonly displaySetService: DisplaySetService
  readonly viewportGridService: ViewportGridService
  readonly hangingProtocolService: HangingProtocolService
  readonly cornerstoneViewportService: CornerstoneViewportService
  readonly segmentationService: SegmentationService
  readonly panelService: PanelService
  readonly toolbarService: ToolbarService
  readonly uiNotificationService: {
    show(message: {
      title: string
      message: string
      type: 'success' | 'info' | 'warning' | 'error'
      duration?: number
    }): void
  }
  readonly userAuthenticationService: {
    getAuthorizationHeader?(): Readonly<Record<string, string>> | undefined
  }
}

export interface DataSource {
  getImageIdsForInstance(request: { instance: Instance; frame?: number }): string
}

/** What the host hands to every part of an extension. */
export interface Host {
  /** Services register one after the other: read them when they are needed, not before. */
  readonly servicesManager: { readonly services: Services }
  readonly commandsManager: { runCommand(name: string, options?: object): unknown }
  readonly extensionManager: { getActiveDataSource(): readonly DataSource[] }
  readonly appConfig: { readonly plumbline?: unknown }
  /** What the site's config gives beside the extension's name: `extensions: [[extension, configuration]]`. */
  readonly configuration?: unknown
}

export interface PanelEntry {
  readonly name: string
  readonly iconName: string
  readonly iconLabel: string
  readonly label: string
  readonly component: () => ReactNode
}

export interface CommandsModule {
  readonly defaultContext: string
  readonly definitions: Readonly<Record<string, { readonly commandFn: () => void }>>
}

export interface CustomizationEntry {
  readonly name: 'global' | 'default'
  readonly value: Readonly<Record<string, unknown>>
}

export interface Extension {
  readonly id: string
  preRegistration(host: Host): void
  getPanelModule(host: Host): readonly PanelEntry[]
  getCommandsModule(host: Host): CommandsModule
  getCustomizationModule(host: Host): readonly CustomizationEntry[]
  onModeExit(): void
}
