/**
 * Models of the family of Segment Anything (Kirillov et al., arXiv 2304.02643), as their usual ONNX export has them: an
 * encoder that sees a slice once, a decoder that is told box and points. MedSAM, MobileSAM and LiteMedSAM differ in the
 * side of the input and in how grey becomes numbers. The decoder's own `iou_predictions` are not read: they are far too sure.
 */
import type { Network, Signature, Tensor } from '../domain/network.ts'
import { greysOnGrid, maskOnGrid, squareGrid, type InputWindow, type SquareGrid } from './square-grid.ts'
import type { PromptableModel } from './models.ts'
import type { Point, SlicePrompts } from './prompts.ts'
import type { Cells, Scene } from './scene.ts'
import { sliceBySlice } from './slice-by-slice.ts'

/** Of what the encoder gives: 256 features on 64 x 64 places, whatever the side of its input. */
const EMBEDDING = [1, 256, 64, 64] as const
/** Side of the masks that go into the decoder. */
const MASK_SIDE = 256
const MASK_INPUT = [1, 1, MASK_SIDE, MASK_SIDE] as const
/** Logit of a cell that is inside; outside the negative of it. As sure as the model is of its own masks. */
const MASK_LOGIT = 8
/** Of either sign on one slice: the model was trained with few; more are thinned out evenly. */
const POINTS_MAX = 16
const LABEL = { negative: 0, positive: 1, boxStart: 2, boxEnd: 3, padding: -1 } as const
/** Embeddings kept, 4 MiB each: the loop asks for the same slices again and again. */
const KEPT_MAX = 48

export interface SamSettings {
  readonly id: string
  /** Side of the encoder's input in pixels. */
  readonly side: number
  readonly window: InputWindow
  /** What is taken from greys of 0 to 255, and what they are then divided by, per channel. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
  /** Names in the encoder's file; exports differ. */
  readonly encoder: { readonly input: string; readonly output: string }
}

export function samEncoderSignature({ side, encoder }: Pick<SamSettings, 'side' | 'encoder'>) {
  return {
    inputs: { [encoder.input]: [1, 3, side, side] },
    outputs: { [encoder.output]: [...EMBEDDING] },
  } satisfies Record<string, Signature>
}

export const SAM_DECODER = {
  inputs: {
    image_embeddings: EMBEDDING,
    point_coords: [1, null, 2],
    point_labels: [1, null],
    mask_input: MASK_INPUT,
    has_mask_input: [1],
    orig_im_size: [2],
  },
  outputs: { masks: [null, null, null, null] },
} as const satisfies Record<string, Signature>

export function createSamModel(
  settings: SamSettings,
  { encoder, decoder }: { readonly encoder: Network; readonly decoder: Network },
): PromptableModel {
  const kept = new WeakMap<Scene, Map<number, Tensor>>()
  const embedded = async (
    scene: Scene,
    k: number,
    grid: SquareGrid,
    signal: AbortSignal,
  ): Promise<Tensor> => {
    const ofScene = kept.get(scene) ?? new Map<number, Tensor>()
    kept.set(scene, ofScene)
    const known = ofScene.get(k)
    if (known !== undefined) return known
    const input = imageTensor(greysOnGrid(scene, k, grid, settings.window), settings)
    const found = await encoder.run({ [settings.encoder.input]: input }, signal)
    const embedding = tensorOf(found, settings.encoder.output)
    if (ofScene.size < KEPT_MAX) ofScene.set(k, embedding)
    return embedding
  }
  return {
    id: settings.id,
    prompts: ['box', 'scribbles', 'clicks'],
    inputSide: settings.side,
    segment: (input, signal) => {
      const grid = squareGrid(input.scene, settings.side)
      return sliceBySlice(input, signal, async (prompts, plane) => {
        const embedding = await embedded(input.scene, prompts.k, grid, signal)
        // Scribbles tell errors only, so the rest must be told by the mask that they are errors of.
        const before = input.prompts.kind === 'scribbles' && plane.includes(1) ? plane : null
        const found = await decoder.run(decoderInputs(embedding, prompts, before, grid), signal)
        return firstMask(tensorOf(found, 'masks'), grid)
      })
    },
  }
}

function imageTensor(greys: Float32Array, { side, mean, deviation }: SamSettings): Tensor {
  const data = new Float32Array(3 * side * side)
  for (let channel = 0; channel < 3; channel++) {
    const [from, by] = [mean[channel] ?? 0, deviation[channel] ?? 1]
    const plane = data.subarray(channel * side * side, (channel + 1) * side * side)
    for (let n = 0; n < plane.length; n++) plane[n] = (255 * (greys[n] ?? 0) - from) / by
  }
  return { shape: [1, 3, side, side], data }
}

/** `before`: the slice of the mask of before, where the model shall know it. */
function decoderInputs(
  embedding: Tensor,
  prompts: SlicePrompts,
  before: Cells | null,
  grid: SquareGrid,
): Record<keyof typeof SAM_DECODER.inputs, Tensor> {
  const points = pointsOf(prompts, grid)
  const mask =
    before === null
      ? new Float32Array(MASK_SIDE * MASK_SIDE)
      : maskOnGrid(before, squareGrid({ size: [grid.columns, grid.rows, 1] }, MASK_SIDE), [
          MASK_LOGIT,
          -MASK_LOGIT,
        ])
  return {
    image_embeddings: embedding,
    point_coords: {
      shape: [1, points.length, 2],
      data: Float32Array.from(points.flatMap(([x, y]) => [x, y])),
    },
    point_labels: { shape: [1, points.length], data: Float32Array.from(points, ([, , label]) => label) },
    mask_input: { shape: MASK_INPUT, data: mask },
    has_mask_input: { shape: [1], data: Float32Array.of(before === null ? 0 : 1) },
    orig_im_size: { shape: [2], data: Float32Array.of(grid.rows, grid.columns) },
  }
}

/** In pixels of the encoder's input, with their labels. Points without a box end with one that says so. */
function pointsOf(
  { box, points }: SlicePrompts,
  { scale }: SquareGrid,
): [x: number, y: number, label: number][] {
  const told = [true, false].flatMap((side) =>
    thinned(points.filter(({ positive }) => positive === side)).map(
      ({ column, row }): [number, number, number] => [
        (column + 0.5) * scale,
        (row + 0.5) * scale,
        side ? LABEL.positive : LABEL.negative,
      ],
    ),
  )
  if (box === null) return [...told, [0, 0, LABEL.padding]]
  return [
    ...told,
    [box[0] * scale, box[1] * scale, LABEL.boxStart],
    [(box[2] + 1) * scale, (box[3] + 1) * scale, LABEL.boxEnd],
  ]
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= POINTS_MAX) return points
  const step = points.length / POINTS_MAX
  return points.filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step))
}

/** Of several masks the first is the one for prompts that leave no doubt what is meant. */
function firstMask({ shape, data }: Tensor, { columns, rows }: SquareGrid): Cells {
  if (shape[2] !== rows || shape[3] !== columns)
    throw new RangeError(`a mask of ${shape.join(' x ')} for a slice of ${rows} x ${columns}`)
  return Uint8Array.from(data.subarray(0, rows * columns), (logit) => (logit > 0 ? 1 : 0))
}

function tensorOf(found: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = found[name]
  if (tensor === undefined) throw new RangeError(`a network that does not give its output ${name}`)
  return tensor
}
