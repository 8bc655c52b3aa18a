/** The face that the Emscripten codec modules have in common. */
export interface CodecModule {
  readonly JpegLSDecoder?: new () => Decoder
  readonly J2KDecoder?: new () => Decoder
  readonly JPEGDecoder?: new () => Decoder
}

export interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): { readonly bitsPerSample: number; readonly componentCount: number }
  delete(): void
}

export type CodecFactory = (options: { print: () => void; printErr: () => void }) => Promise<CodecModule>
