/** dcmjs ships no types; this is what part10.ts uses of it. */
declare module 'dcmjs' {
  const dcmjs: {
    data: {
      DicomMetaDictionary: {
        /** By keyword. */
        nameMap: Record<string, { tag: string; vr: string; vm: string; name: string } | undefined>
        /** By `(GGGG,EEEE)`. */
        dictionary: Record<string, { tag: string; vr: string; vm: string; name: string } | undefined>
        denaturalizeDataset(natural: Record<string, unknown>): unknown
        naturalizeDataset(dataset: unknown): Record<string, unknown>
      }
      DicomDict: new (meta: unknown) => { dict: unknown; write(options?: Record<string, unknown>): unknown }
    }
    log: { setLevel(level: string): void }
  }
  export default dcmjs
}
