/** Peers in Python, on Debian's own packages: what a careful user of each library writes. */

const PYTHON = '/usr/bin/python3'

/** One boolean volume per segment, of the slices it has. argv: the SEG. */
const PYDICOM_SEG = `
import json, sys
import numpy, pydicom
data = pydicom.dcmread(sys.argv[1])
bits = numpy.unpackbits(numpy.frombuffer(data.PixelData, dtype=numpy.uint8), bitorder='little')
size = data.Rows * data.Columns
frames = bits[:int(data.NumberOfFrames) * size].reshape(-1, data.Rows, data.Columns)
where = {}
for n, group in enumerate(data.PerFrameFunctionalGroupsSequence):
    number = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    z = float(group.PlanePositionSequence[0].ImagePositionPatient[2])
    where.setdefault(number, []).append((z, n))
totals = []
for segment in data.SegmentSequence:
    order = [n for _, n in sorted(where.get(segment.SegmentNumber, []))]
    mask = frames[order].view(bool)
    totals.append(int(numpy.count_nonzero(mask)))
print(json.dumps(totals))
`

/** Every label in the box around it. argv: label map, CT, labels, volume of a voxel. */
const SCIPY_LABELS = `
import json, sys
import numpy
from scipy import ndimage
labels, ct = numpy.load(sys.argv[1]), numpy.load(sys.argv[2])
answers = []
for n, box in enumerate(ndimage.find_objects(labels, int(sys.argv[3]))):
    if box is None:
        answers += [0] * 5
        continue
    mask = labels[box] == n + 1
    pieces, count = ndimage.label(mask, numpy.ones((3, 3, 3)))
    sizes = numpy.bincount(pieces.ravel())[1:]
    values = ct[box][mask].astype(numpy.float64)
    answers += [count, int(sizes.max()), len(values) * float(sys.argv[4]), values.mean(), values.std()]
print(json.dumps(answers))
`

/**
 * Both masks of a label in the box around them, distance transforms of scipy, surface elements weighed as by Nikolov et
 * al. argv: both label maps, labels, JSON with areas, spacing (k, j, i) and tolerance.
 */
const SCIPY_AGREEMENT = `
import json, sys
import numpy
from scipy import ndimage
given = json.loads(sys.argv[4])
areas = numpy.array(given['areas'])
maps = [numpy.load(path) for path in sys.argv[1:3]]
kernel = 2 ** numpy.arange(8).reshape(2, 2, 2)
answers = []
for n, boxes in enumerate(zip(*[ndimage.find_objects(labels, int(sys.argv[3])) for labels in maps])):
    box = tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(*boxes))
    masks = [labels[box] == n + 1 for labels in maps]
    codes = [ndimage.correlate(numpy.pad(mask, (0, 1)).astype(numpy.uint8), kernel, mode='constant') for mask in masks]
    borders = [(code != 0) & (code != 255) for code in codes]
    directed = []
    for me in (0, 1):
        distance = ndimage.distance_transform_edt(~borders[1 - me], sampling=given['spacingMm'])[borders[me]]
        order = numpy.argsort(distance)
        directed.append((distance[order], areas[codes[me][borders[me]]][order]))
    p95 = [d[numpy.searchsorted(numpy.cumsum(w) / w.sum(), 0.95)] for d, w in directed]
    distance, area = (numpy.concatenate(part) for part in zip(*directed))
    dice = 2 * numpy.count_nonzero(masks[0] & masks[1]) / sum(numpy.count_nonzero(mask) for mask in masks)
    answers += [dice, area[distance <= given['toleranceMm'] + 1e-9].sum() / area.sum(), max(p95)]
print(json.dumps([float(answer) for answer in answers]))
`

export function pydicomCommand(seg: string): string[] {
  return [PYTHON, '-c', PYDICOM_SEG, seg]
}

export function scipyLabelsCommand(labels: string, ct: string, count: number, voxelMm3: number): string[] {
  return [PYTHON, '-c', SCIPY_LABELS, labels, ct, String(count), String(voxelMm3)]
}

export interface AgreementParameters {
  /** Surface area by marching-cubes code: a table that every implementation of the definition shares. */
  readonly areas: readonly number[]
  /** Along k, j, i. */
  readonly spacingMm: readonly number[]
  readonly toleranceMm: number
}

export function scipyAgreementCommand(
  [reference, redrawn]: readonly [string, string],
  count: number,
  parameters: AgreementParameters,
): string[] {
  return [PYTHON, '-c', SCIPY_AGREEMENT, reference, redrawn, String(count), JSON.stringify(parameters)]
}

/** Can Debian's Python import these? */
export function importCommand(modules: readonly string[]): string[] {
  return [PYTHON, '-c', `import ${modules.join(', ')}`]
}
