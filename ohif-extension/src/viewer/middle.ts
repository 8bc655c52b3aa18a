/** Where nothing is to be seen in particular, the middle of the first segment is: the first image of a series shows nothing. */
import type { Host } from '../host.ts'

/** Does nothing for an object that is not shown, or whose middle the viewer does not know. */
export function showMiddle({ servicesManager }: Host, objectSopInstanceUid: string): void {
  const { displaySetService, viewportGridService, segmentationService } = servicesManager.services
  const object = displaySetService
    .getActiveDisplaySets()
    .find(({ SOPInstanceUID }) => SOPInstanceUID === objectSopInstanceUid)
  const viewportId = viewportGridService.getActiveViewportId()
  if (object === undefined || viewportId === null) return
  const segmentationId = object.displaySetInstanceUID
  const [shown] = segmentationService.getSegmentationRepresentations(viewportId, { segmentationId })
  const segmentNumber = Object.keys(shown?.segments ?? {})[0]
  if (segmentNumber === undefined) return
  segmentationService.jumpToSegmentCenter(segmentationId, Number(segmentNumber), viewportId, 1, false)
}
