/**
 * Models with the signature of ScribblePrompt-UNet (Wong et al., arXiv 2312.07381): one small network that sees image,
 * prompts and its last answer as five pictures of 128 x 128.
 */
import type { Network, Signature } from '../domain/network.ts'
import {
  cellsFromGrid,
  greysOnGrid,
  maskOnGrid,
  squareGrid,
  type InputWindow,
  type SquareGrid,
} from './square-grid.ts'
import type { PromptableModel } from './models.ts'
import type { PlaneBox, SlicePrompts } from './prompts.ts'
import type { Cells } from './scene.ts'
import { sliceBySlice } from './slice-by-slice.ts'

const SIDE = 128
const PIXELS = SIDE * SIDE
/** In the order of the network's input. */
const CHANNELS = { image: 0, box: 1, positive: 2, negative: 3, previous: 4 } as const
/** Logit of a cell of the mask of before. */
const PREVIOUS_LOGIT = 4

export interface ScribblePromptSettings {
  readonly id: string
  readonly window: InputWindow
  /** Names in the file. */
  readonly names: { readonly input: string; readonly output: string }
}

export function scribblePromptSignature({ names }: Pick<ScribblePromptSettings, 'names'>) {
  return {
    inputs: { [names.input]: [1, 5, SIDE, SIDE] },
    outputs: { [names.output]: [1, 1, SIDE, SIDE] },
  } satisfies Record<string, Signature>
}

export function createScribblePromptModel(
  { id, window, names }: ScribblePromptSettings,
  network: Network,
): PromptableModel {
  return {
    id,
    prompts: ['box', 'scribbles', 'clicks'],
    inputSide: SIDE,
    segment: (input, signal) => {
      const grid = squareGrid(input.scene, SIDE)
      return sliceBySlice(input, signal, async (prompts, plane) => {
        const data = new Float32Array(5 * PIXELS)
        data.set(greysOnGrid(input.scene, prompts.k, grid, window), CHANNELS.image * PIXELS)
        drawPrompts(data, prompts, grid)
        data.set(previousLogits(plane, grid), CHANNELS.previous * PIXELS)
        const found = await network.run({ [names.input]: { shape: [1, 5, SIDE, SIDE], data } }, signal)
        return cellsFromGrid(found[names.output]?.data ?? new Float32Array(PIXELS), grid)
      })
    },
  }
}

function drawPrompts(data: Float32Array, { box, points }: SlicePrompts, { scale }: SquareGrid): void {
  const at = (cell: number): number => Math.min(SIDE - 1, Math.floor((cell + 0.5) * scale))
  if (box !== null) fillBox(data.subarray(CHANNELS.box * PIXELS, (CHANNELS.box + 1) * PIXELS), box, at)
  for (const { column, row, positive } of points) {
    const channel = positive ? CHANNELS.positive : CHANNELS.negative
    data[channel * PIXELS + at(row) * SIDE + at(column)] = 1
  }
}

function fillBox(
  plane: Float32Array,
  [left, top, right, bottom]: PlaneBox,
  at: (cell: number) => number,
): void {
  for (let y = at(top); y <= at(bottom); y++) plane.fill(1, y * SIDE + at(left), y * SIDE + at(right) + 1)
}

/** Without a mask of before all is 0, as in the first round of the network's training. */
function previousLogits(plane: Cells, grid: SquareGrid): Float32Array {
  return plane.includes(1)
    ? maskOnGrid(plane, grid, [PREVIOUS_LOGIT, -PREVIOUS_LOGIT])
    : new Float32Array(PIXELS)
}
