/** One measured process: Dice, surface Dice and HD95 of every label of two label maps. argv: both maps, labels, tolerance. */
import { surfaceAgreement, volumeAgreement } from '../../imaging/agreement.ts'
import { GRID } from './grid.ts'
import { printAnswers } from './job.ts'
import { labelMasks } from './label-masks.ts'

const POINTS_MAX = 100_000_000

const [reference = '', redrawn = '', count = '', toleranceMm = ''] = process.argv.slice(2)
const first = await labelMasks(reference, GRID, Number(count))
const second = await labelMasks(redrawn, GRID, Number(count))
printAnswers(
  first.flatMap((mask, n) => {
    const other = second[n] ?? mask
    const { surfaceDice, hausdorff95Mm } = surfaceAgreement(mask, other, {
      toleranceMm: Number(toleranceMm),
      pointsMax: POINTS_MAX,
    })
    return [volumeAgreement(mask, other).dice, surfaceDice, hausdorff95Mm ?? -1]
  }),
)
