/** What the mode shows first: the object with the worst verdict, as a layer over its images. */
import type { DisplaySet, Host } from './host.ts'
import type { OpenVerdicts } from './open-verdicts.ts'
import type { SegmentView, ViewerPort } from './viewer-port.ts'
import { viewportsShowing } from './viewer/viewports.ts'
import { waitFor } from './viewer/wait.ts'
import { worstCase } from './worst-case.ts'

/** Longer than the first images of a study take; verdicts that are not there by then do not move the reader any more. */
const OPENING_LIMIT_MS = 30_000
/** What the viewer opens with is not disturbed for verdicts that take longer than this. */
const VERDICTS_LIMIT_MS = 5000

/** Ends without a word when there is nothing to show or the reader was faster: the panel says what there is to say. */
export async function showWorst(host: Host, viewer: ViewerPort, verdicts: OpenVerdicts): Promise<void> {
  const stop = verdicts.onChanged(() => {})
  try {
    const first = await waitFor(() => firstObject(host), [], OPENING_LIMIT_MS)
    if (first === undefined) return
    await waitFor(() => verdicts.settled() || undefined, [], VERDICTS_LIMIT_MS)
    const worst = worstCase(verdicts.cases())
    await viewer.show(worst === undefined ? viewOfSet(first) : viewOf(worst.object))
  } finally {
    stop()
  }
}

/** The first segmentation object whose images are on the screen or could be; undefined while the layout is being made. */
function firstObject(host: Host): DisplaySet | undefined {
  const { services } = host.servicesManager
  const sets = services.displaySetService.getActiveDisplaySets()
  const isLaidOut = sets.some((set) => viewportsShowing(services, set.displaySetInstanceUID).length > 0)
  return isLaidOut ? sets.find(({ Modality }) => Modality === 'SEG' || Modality === 'RTSTRUCT') : undefined
}

function viewOfSet(set: DisplaySet): SegmentView {
  return viewOf({ sopInstanceUid: set.SOPInstanceUID ?? '', seriesInstanceUid: set.SeriesInstanceUID })
}

function viewOf(object: { sopInstanceUid: string; seriesInstanceUid: string }): SegmentView {
  return {
    objectSopInstanceUid: object.sopInstanceUid,
    objectSeriesInstanceUid: object.seriesInstanceUid,
    segmentNumber: null,
    place: null,
  }
}
