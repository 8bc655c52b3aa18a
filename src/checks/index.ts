/** THE list of checks. A new check is one file and one row here. */
import type { Check } from './check.ts'
import { checkAsymmetricPair } from './asymmetric-pair.ts'
import { checkBoundary } from './boundary.ts'
import { checkBodyRegion } from './body-region.ts'
import { checkComponents } from './components.ts'
import { checkContourArtefact } from './contour-artefact.ts'
import { checkDuplicate } from './duplicate.ts'
import { checkElongation } from './elongation.ts'
import { checkEmpty } from './empty.ts'
import { checkExtent } from './extent.ts'
import { checkFlatEnd } from './flat-end.ts'
import { checkFlatSide } from './flat-side.ts'
import { checkForeignTissue } from './foreign-tissue.ts'
import { checkFrameOfReference } from './frame-of-reference.ts'
import { checkGridShift } from './grid-shift.ts'
import { checkHoles } from './holes.ts'
import { checkIdentity } from './identity.ts'
import { checkImageEdge } from './image-edge.ts'
import { checkIntensity } from './intensity.ts'
import { checkLaterality } from './laterality.ts'
import { checkLeakage } from './leakage.ts'
import { checkLesionContrast } from './lesion-contrast.ts'
import { checkLocalNorm } from './local-norm.ts'
import { checkMirrored } from './mirrored.ts'
import { checkMissedTarget } from './missed-target.ts'
import { checkOpenCut } from './open-cut.ts'
import { checkOutOfBody } from './out-of-body.ts'
import { checkOutsideOrgan } from './outside-organ.ts'
import { checkOverlap } from './overlap.ts'
import { checkSecond } from './second.ts'
import { checkShapeProblems } from './shape-problems.ts'
import { checkSliceGap } from './slice-gap.ts'
import { checkSliceOutlier } from './slice-outlier.ts'
import { checkSource } from './source.ts'
import { checkVolume } from './volume.ts'
import { checkWrongStructure } from './wrong-structure.ts'

const IDC = 'Krishnaswamy et al., arXiv 2406.14486 (Imaging Data Commons)'

export const CHECKS: readonly Check[] = [
  {
    name: 'identity',
    file: 'identity.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['wrong-patient', 'wrong-study'],
    source: 'DICOM PS3.3 C.7.1.1, C.7.2.1',
    run: checkIdentity,
  },
  {
    name: 'frame of reference',
    file: 'frame-of-reference.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['frame-of-reference-mismatch', 'geometry-unverified'],
    source: 'DICOM PS3.3 C.7.4.1, C.7.6.2',
    run: checkFrameOfReference,
  },
  {
    name: 'source images',
    file: 'source.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['source-missing', 'source-incomplete'],
    source: 'DICOM PS3.3 C.8.20.2, C.8.8.5',
    run: checkSource,
  },
  {
    name: 'empty',
    file: 'empty.ts',
    needs: 'segment',
    usesKnowledge: false,
    modes: ['empty'],
    source: 'DICOM PS3.3 C.8.20.2',
    run: checkEmpty,
  },
  {
    name: 'shape to voxels',
    file: 'shape-problems.ts',
    needs: 'segment',
    usesKnowledge: false,
    modes: ['contour-ambiguous', 'off-plane-contours', 'out-of-image', 'contour-artefact'],
    source: 'DICOM PS3.3 C.8.8.6',
    run: checkShapeProblems,
  },
  {
    name: 'contour artefacts',
    file: 'contour-artefact.ts',
    needs: 'segment',
    usesKnowledge: false,
    modes: ['contour-artefact'],
    source: 'plane geometry; dividers of Richardson (1961); limits set on expert contours',
    run: checkContourArtefact,
  },
  {
    name: 'volume',
    file: 'volume.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['implausible-volume'],
    source: 'ranges with their sources in config/knowledge',
    run: checkVolume,
  },
  {
    name: 'laterality',
    file: 'laterality.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['wrong-side', 'side-unverified'],
    source: `${IDC}; DICOM PS3.3 C.7.6.2.1.1`,
    run: checkLaterality,
  },
  {
    name: 'mirrored',
    file: 'mirrored.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['mirrored'],
    source: 'orders with their sources in config/knowledge; DICOM PS3.3 C.7.6.2.1.1',
    run: checkMirrored,
  },
  {
    name: 'wrong structure',
    file: 'wrong-structure.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['wrong-structure'],
    source: 'orders with their sources in config/knowledge',
    run: checkWrongStructure,
  },
  {
    name: 'body region',
    file: 'body-region.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['wrong-structure'],
    source: 'lungs and midline found in the images; adult anatomy',
    run: checkBodyRegion,
  },
  {
    name: 'asymmetric pair',
    file: 'asymmetric-pair.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['asymmetric-pair'],
    source: 'ratios with their sources in config/knowledge',
    run: checkAsymmetricPair,
  },
  {
    name: 'duplicate',
    file: 'duplicate.ts',
    needs: 'mask',
    usesKnowledge: false,
    modes: ['duplicate-segment'],
    source: 'Dice 1945; limit far above that of touching or nested organs',
    run: checkDuplicate,
  },
  {
    name: 'overlap',
    file: 'overlap.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['overlap'],
    source: 'exclusions in config/knowledge; limits set on real organs',
    run: checkOverlap,
  },
  {
    name: 'components',
    file: 'components.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['fragmented'],
    source: IDC,
    run: checkComponents,
  },
  {
    name: 'outside its organ',
    file: 'outside-organ.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['wrong-structure', 'fragmented'],
    source: 'organs of lesions in config/knowledge',
    run: checkOutsideOrgan,
  },
  {
    name: 'image edge',
    file: 'image-edge.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['truncated'],
    source: IDC,
    run: checkImageEdge,
  },
  {
    name: 'flat end',
    file: 'flat-end.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['truncated'],
    source: 'geometry of a cap; limits set on real organs',
    run: checkFlatEnd,
  },
  {
    name: 'flat side',
    file: 'flat-side.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['truncated'],
    source: 'geometry of a cap; limits set on real organs',
    run: checkFlatSide,
  },
  {
    name: 'open cut',
    file: 'open-cut.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['truncated'],
    source: 'edges across planes of voxels; limits set on real masks',
    run: checkOpenCut,
  },
  {
    name: 'slice gap',
    file: 'slice-gap.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['slice-gap'],
    source: 'topology',
    run: checkSliceGap,
  },
  {
    name: 'slice outlier',
    file: 'slice-outlier.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['slice-outlier'],
    source: 'what neighbouring slices predict; limits set on 1,000 masks by experts and AI',
    run: checkSliceOutlier,
  },
  {
    name: 'holes',
    file: 'holes.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['holes'],
    source: 'topology; limits set on 1,000 masks by experts and AI',
    run: checkHoles,
  },
  {
    name: 'extent',
    file: 'extent.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['implausible-extent'],
    source: 'ranges with their sources in config/knowledge',
    run: checkExtent,
  },
  {
    name: 'form',
    file: 'elongation.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['implausible-shape'],
    source: 'moments of the voxel positions; ranges with their sources in config/knowledge',
    run: checkElongation,
  },
  {
    name: 'grid shift',
    file: 'grid-shift.ts',
    needs: 'volume',
    usesKnowledge: false,
    modes: ['grid-shift'],
    source: 'DICOM PS3.3 C.7.6.2.1.1',
    run: checkGridShift,
  },
  {
    name: 'out of body',
    file: 'out-of-body.ts',
    needs: 'volume',
    usesKnowledge: false,
    modes: ['out-of-body'],
    source: 'body contour by threshold and filling',
    run: checkOutOfBody,
  },
  {
    name: 'intensity',
    file: 'intensity.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['implausible-intensity'],
    source: 'ranges with their sources in config/knowledge',
    run: checkIntensity,
  },
  {
    name: 'foreign tissue',
    file: 'foreign-tissue.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['foreign-tissue'],
    source: 'values with their sources in config/knowledge',
    run: checkForeignTissue,
  },
  {
    name: 'boundary',
    file: 'boundary.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['boundary-unsupported'],
    source: 'edge strength along normals; limits set on real masks',
    run: checkBoundary,
  },
  {
    name: 'leakage',
    file: 'leakage.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['leakage'],
    source: 'values of the eroded mask; limits set on real masks',
    run: checkLeakage,
  },
  {
    name: 'lesion contrast',
    file: 'lesion-contrast.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['fragmented', 'boundary-unsupported'],
    source: 'contrast of each piece to the ring around it (Mann-Whitney)',
    run: checkLesionContrast,
  },
  {
    name: 'missed target',
    file: 'missed-target.ts',
    needs: 'volume',
    usesKnowledge: true,
    modes: ['missed-target'],
    source: 'contrast to the ring around it (Mann-Whitney)',
    run: checkMissedTarget,
  },
  {
    name: 'second segmentation',
    file: 'second.ts',
    needs: 'volume',
    usesKnowledge: false,
    modes: ['second-disagrees'],
    source: 'surface Dice: Nikolov et al., arXiv 1809.04430; limits in the file',
    run: checkSecond,
  },
  // Last: it looks at what all the others measured.
  {
    name: 'local norm',
    file: 'local-norm.ts',
    needs: 'evidence',
    usesKnowledge: true,
    modes: ['outside-local-norm'],
    source: 'robust z-score: Rousseeuw & Croux, J Am Stat Assoc 1993;88:1273-1283',
    run: checkLocalNorm,
  },
]
