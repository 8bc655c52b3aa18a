/** One measured process: an RTSTRUCT to masks on the grid of its CT, their voxel counts on stdout. argv: RTSTRUCT, CT folder. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readPart10 } from '../../dicom/part10.ts'
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import { summariseSeries } from '../../dicom/summary.ts'
import { fileSource } from '../../file-source.ts'
import type { Geometry } from '../../domain/geometry.ts'
import { rasterise } from '../../imaging/contours.ts'
import { affineOf } from '../../imaging/geometry.ts'
import { stackPlanes } from '../../imaging/stack.ts'
import { LIMITS, printAnswers, voxelCount } from './job.ts'

const [rtStruct = '', ctFolder = ''] = process.argv.slice(2)
const grid = await gridOf(ctFolder)
const { segments } = await readSegmentation(fileSource(rtStruct), LIMITS)
printAnswers(
  segments.map(({ shape }) => {
    if (shape.kind !== 'contours') throw new Error(`a region is ${shape.kind}`)
    return voxelCount(rasterise(shape.contours, grid).mask)
  }),
)

/** From the headers alone: contours need no pixels. */
async function gridOf(folder: string): Promise<Geometry> {
  const names = await readdir(folder)
  const headers = names.map(
    (name) => readPart10(fileSource(join(folder, name)), { untilPixelData: true }).dataset,
  )
  const series = summariseSeries(headers)
  const first = series?.instances[0]
  if (!series || !first?.orientation || !first.pixelSpacingMm) throw new Error('the CT has no geometry')
  const positions = series.instances.flatMap(({ position }) => (position === null ? [] : [position]))
  const stack = stackPlanes(positions, first.orientation, null)
  if (stack === null) throw new Error('the CT is no stack')
  const { orientation, pixelSpacingMm, columns, rows } = first
  return {
    frameOfReferenceUid: series.frameOfReferenceUid,
    size: [columns, rows, stack.sliceCount],
    affine: affineOf({ position: stack.origin, orientation, pixelSpacingMm, stepMm: stack.stepMm }),
  }
}
