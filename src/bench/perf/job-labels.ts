/** One measured process: components, volume and values of every label under its CT. argv: label map, CT, labels. */
import { findComponents } from '../../imaging/components.ts'
import { voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { measureMask, valuesUnder } from '../../imaging/measure.ts'
import type { Volume } from '../../domain/geometry.ts'
import { GRID } from './grid.ts'
import { printAnswers } from './job.ts'
import { labelMasks } from './label-masks.ts'
import { readNpy } from './npy.ts'

const [labels = '', ct = '', count = ''] = process.argv.slice(2)
const masks = await labelMasks(labels, GRID, Number(count))
const volume = await readCt(ct)
printAnswers(
  masks.flatMap((mask) => {
    const { components } = findComponents(mask)
    const voxels = measureMask(mask)?.voxelCount ?? 0
    const values = valuesUnder(mask, volume)
    return [
      components.length,
      components[0]?.voxelCount ?? 0,
      voxels * voxelVolumeMm3(GRID),
      values?.mean ?? 0,
      values?.standardDeviation ?? 0,
    ]
  }),
)

async function readCt(path: string): Promise<Volume> {
  const voxels = new Int16Array(GRID.size[0] * GRID.size[1] * GRID.size[2])
  const whole = new Uint8Array(voxels.buffer)
  for await (const chunk of readNpy(path, whole))
    if (chunk.length !== whole.length) throw new Error('the CT came in pieces')
  return {
    geometry: GRID,
    modality: 'CT',
    seriesInstanceUid: '',
    unit: "[hnsf'U]",
    voxels,
    instances: Array.from({ length: GRID.size[2] }, (_, k) => String(k)),
    problems: [],
  }
}
