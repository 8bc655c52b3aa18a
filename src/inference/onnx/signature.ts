/** What a network must take and give: names and shapes, held against what its file declares. */

import type { Signature, Tensors } from '../../domain/network.ts'

/** As ONNX Runtime describes an input or output: an axis without a fixed size has a name instead. */
export interface DeclaredValue {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  readonly shape?: readonly (number | string)[]
}

/** In plain words, each difference; empty where the file fits. Inputs must be these and no others, outputs at least these. */
export function signatureFaults(
  kind: 'input' | 'output',
  expected: Signature,
  declared: readonly DeclaredValue[],
): string[] {
  const faults = Object.entries(expected).flatMap(([name, shape]) => {
    const value = declared.find((one) => one.name === name)
    if (value === undefined) return [`it has no ${kind} ${name}`]
    if (!value.isTensor || value.type !== 'float32') return [`${kind} ${name} is not a float32 tensor`]
    return shapesMeet(shape, value.shape ?? [])
      ? []
      : [`${kind} ${name} is ${written(value.shape ?? [])} and not ${written(shape)}`]
  })
  if (kind === 'output') return faults
  const unknown = declared.filter(({ name }) => !Object.hasOwn(expected, name))
  return [...faults, ...unknown.map(({ name }) => `it wants an input ${name} that nobody knows`)]
}

/** What is handed in, against what is declared; the first difference, or null. */
export function inputFault(expected: Signature, inputs: Tensors): string | null {
  for (const [name, shape] of Object.entries(expected)) {
    const tensor = inputs[name]
    if (tensor === undefined) return `input ${name} is missing`
    if (!shapesMeet(shape, tensor.shape))
      return `input ${name} is ${written(tensor.shape)} and not ${written(shape)}`
    if (tensor.data.length !== tensor.shape.reduce((product, size) => product * size, 1))
      return `input ${name} holds ${tensor.data.length} values, which is not ${written(tensor.shape)}`
  }
  return null
}

/** An axis of any size, on either side, meets every size. */
function shapesMeet(expected: readonly (number | null)[], declared: readonly (number | string)[]): boolean {
  return (
    expected.length === declared.length &&
    expected.every((size, axis) => {
      const other = declared[axis]
      return size === null || typeof other === 'string' || size === other
    })
  )
}

function written(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((size) => (typeof size === 'number' ? size : '?')).join(', ')}]`
}
