/** One measured process: a SEG to masks, their voxel counts on stdout. argv: the SEG. */
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import { fileSource } from '../../file-source.ts'
import { LIMITS, printAnswers, voxelCount } from './job.ts'

const { segments } = await readSegmentation(fileSource(process.argv[2] ?? ''), LIMITS)
printAnswers(
  segments.map(({ shape }) => {
    if (shape.kind !== 'mask') throw new Error(`a segment is ${shape.kind}`)
    return voxelCount(shape.mask)
  }),
)
