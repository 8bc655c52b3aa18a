/** Small ONNX models, written byte by byte (protobuf messages of onnx.proto3, operator set 13): no weights are kept in files. */

type Shape = readonly (number | string)[]
interface Value {
  readonly name: string
  readonly shape: Shape
  /** 1 float32 (also without), 7 int64. */
  readonly type?: number
}
interface Node {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly ints?: Readonly<Record<string, number>>
}
interface Constant {
  readonly name: string
  readonly shape: readonly number[]
  readonly floats?: readonly number[]
  readonly int64s?: readonly number[]
}

export interface OnnxGraph {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly nodes: readonly Node[]
  readonly constants?: readonly Constant[]
}

export function onnxBytes({ inputs, outputs, nodes, constants = [] }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => bytes(1, nodeProto(node))),
    ...bytes(2, utf8('test')),
    ...constants.flatMap((constant) => bytes(5, tensorProto(constant))),
    ...inputs.flatMap((value) => bytes(11, valueInfo(value))),
    ...outputs.flatMap((value) => bytes(12, valueInfo(value))),
  ]
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 13))])
}

function nodeProto({ op, inputs, outputs, ints = {} }: Node): number[] {
  return [
    ...inputs.flatMap((name) => bytes(1, utf8(name))),
    ...outputs.flatMap((name) => bytes(2, utf8(name))),
    ...bytes(4, utf8(op)),
    ...Object.entries(ints).flatMap(([name, value]) => bytes(5, attribute(name, value))),
  ]
}

/** Of one whole number (type 2). */
function attribute(name: string, value: number): number[] {
  return [...bytes(1, utf8(name)), ...number(3, value), ...number(20, 2)]
}

function tensorProto({ name, shape, floats, int64s = [] }: Constant): number[] {
  const raw = floats === undefined ? BigInt64Array.from(int64s, BigInt) : Float32Array.from(floats)
  return [
    ...shape.flatMap((size) => number(1, size)),
    ...number(2, floats === undefined ? 7 : 1),
    ...bytes(8, utf8(name)),
    ...bytes(9, [...new Uint8Array(raw.buffer)]),
  ]
}

function valueInfo({ name, shape, type = 1 }: Value): number[] {
  const axes = shape.flatMap((size) =>
    bytes(1, typeof size === 'number' ? number(1, size) : bytes(2, utf8(size))),
  )
  const tensor = [...number(1, type), ...bytes(2, axes)]
  return [...bytes(1, utf8(name)), ...bytes(2, bytes(1, tensor))]
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}

/** A field of bytes: tag with wire type 2, length, content. */
function bytes(field: number, content: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(content.length), ...content]
}

/** A field of one whole number from 0. */
function number(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)]
}

function varint(value: number): number[] {
  const low = value % 128
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))]
}
