/** A trained network: named tensors in, named tensors out. Implemented by src/inference/onnx. */

/** Values in row-major order: the last axis runs fastest. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}
export type Tensors = Readonly<Record<string, Tensor>>

/** What a network takes or gives: sizes along the axes by name; null: any. All values are float32. */
export type Signature = Readonly<Record<string, readonly (number | null)[]>>

export interface Network {
  /**
   * All declared inputs in, all declared outputs back. One run at a time; a run that has begun is not interrupted. Throws
   * the signal's reason when it was aborted before, PlumblineError('model-answer') when the network fails on these inputs.
   */
  run(inputs: Tensors, signal: AbortSignal): Promise<Tensors>
}
