/** What the mode shows first: the object with the worst verdict, as a layer over its images, where it is worst. */
import type { DisplaySet, Host } from './host.ts'
import type { OpenVerdicts } from './open-verdicts.ts'
import type { ViewerPort } from './viewer-port.ts'
import { showMiddle } from './viewer/middle.ts'
import { viewportsShowing } from './viewer/viewports.ts'
import { waitFor } from './viewer/wait.ts'
import { worstView } from './worst-view.ts'

/** Longer than the first images of a study take; the reader has long begun to look by then. */
const OPENING_LIMIT_MS = 30_000
/** Without verdicts by then, the first object is shown. */
const VERDICTS_LIMIT_MS = 5000

/** Ends without a word when there is nothing to show, or the reader was faster: the panel says what there is to say. */
export async function showWorst(host: Host, viewer: ViewerPort, verdicts: OpenVerdicts): Promise<void> {
  const stop = verdicts.onChanged(() => {})
  try {
    const first = await waitFor(() => firstObject(host), [], OPENING_LIMIT_MS)
    if (first === undefined) return
    await waitFor(() => verdicts.settled() || undefined, [], VERDICTS_LIMIT_MS)
    const view = worstView(verdicts.cases()) ?? {
      objectSopInstanceUid: first.SOPInstanceUID ?? '',
      objectSeriesInstanceUid: first.SeriesInstanceUID,
      segmentNumber: null,
      place: null,
    }
    const shown = await viewer.show(view)
    if (shown.ok && view.place === null) showMiddle(host, view.objectSopInstanceUid)
  } finally {
    stop()
  }
}

/** The first segmentation object; undefined while the layout is still being made. */
function firstObject(host: Host): DisplaySet | undefined {
  const { services } = host.servicesManager
  const sets = services.displaySetService.getActiveDisplaySets()
  const isLaidOut = sets.some((set) => viewportsShowing(services, set.displaySetInstanceUID).length > 0)
  return isLaidOut ? sets.find(({ Modality }) => Modality === 'SEG' || Modality === 'RTSTRUCT') : undefined
}
