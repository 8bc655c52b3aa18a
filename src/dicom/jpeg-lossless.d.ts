/** The package names type declarations that it does not ship; this is what codecs.ts uses. */
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    decode(
      buffer: ArrayBuffer,
      offset?: number,
      length?: number,
      bytesPerSample?: number,
    ): Uint8Array | Uint16Array | null
  }
}
