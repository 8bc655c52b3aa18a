/** The codecs ship no types; this is what codecs.ts uses of them. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  import type { CodecFactory } from './codec-module.ts'
  const factory: CodecFactory
  export default factory
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  import type { CodecFactory } from './codec-module.ts'
  const factory: CodecFactory
  export default factory
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  import type { CodecFactory } from './codec-module.ts'
  const factory: CodecFactory
  export default factory
}
