/** A small body with two organs and four lesions, as a scene that every family of perturbations can be tried on. */
import { archivedImages, otherSeriesOf, preparedOn } from '../../src/bench/perturb/archived.ts'
import type { Scene } from '../../src/bench/perturb/scene.ts'
import type { Placed } from '../../src/compute/place.ts'
import { loadConfig } from '../../src/config.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { tight } from '../../src/phantom/mask-box.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from './draw.ts'

const GRID = {
  ...gridOf([60, 50, 36], { spacingMm: [3, 3, 4], origin: [-90, -75, -70] }),
  frameOfReferenceUid: '2.25.77',
}
const BODY = ellipsoid([0, 0, 0], [84, 70, 200])
const LIVER = ellipsoid([-38, 0, 0], [30, 36, 40])
const KIDNEY = ellipsoid([40, 10, 10], [16, 18, 34])
const LESIONS = anyOf(
  ellipsoid([-38, 0, 20], [8, 8, 8]),
  ellipsoid([-44, -12, -14], [11, 11, 11]),
  ellipsoid([-30, 18, -4], [6, 6, 8]),
  ellipsoid([-56, 10, 8], [7, 7, 7]),
)
const HU = { air: -1000, fat: -100, liver: 105, kidney: 170, lesion: 40 }

function segment(number: number, label: string, value: string, mask: Mask, side: 'left' | null): Placed {
  const lesion = label === 'Liver lesion'
  return {
    segment: {
      number,
      label,
      code: { scheme: 'SCT', value, meaning: label },
      category: null,
      anatomicRegion: lesion ? { scheme: 'SCT', value: '10200004', meaning: 'Liver' } : null,
      laterality: side,
      trackingId: null,
      trackingUid: null,
    },
    mask,
    ownMask: mask,
    contours: null,
    problems: [],
    notAssessable: null,
  }
}

const IMAGES = archivedImages('CT', GRID)
const VOLUME = {
  ...paintVolume(GRID, (x, y, z) => {
    if (LESIONS(x, y, z)) return HU.lesion
    if (LIVER(x, y, z)) return HU.liver
    if (KIDNEY(x, y, z)) return HU.kidney
    return BODY(x, y, z) ? HU.fat : HU.air
  }),
  instances: IMAGES.instances.map(({ sopInstanceUid }) => sopInstanceUid),
  seriesInstanceUid: IMAGES.seriesInstanceUid,
}
const PREPARED = preparedOn(VOLUME, IMAGES, [
  segment(1, 'Liver', '10200004', tight(paintMask(GRID, LIVER)), null),
  segment(2, 'Left kidney', '64033007', tight(paintMask(GRID, KIDNEY)), 'left'),
  segment(3, 'Liver lesion', '52988006', tight(paintMask(GRID, LESIONS)), null),
])

/** 1 is the liver, 2 the left kidney, 3 the lesions. */
export function smallScene(number: 1 | 2 | 3): Scene {
  const { limits } = loadConfig(null)
  return {
    patient: 'small',
    set: 'small',
    prepared: PREPARED,
    number,
    absent: ['Prostate'],
    dicom: { images: IMAGES, otherSeries: otherSeriesOf(IMAGES), limits },
  }
}
