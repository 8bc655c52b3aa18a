/** dcmjs ships no types; this is what src/dicom uses of it. */
declare module 'dcmjs' {
  interface DictionaryEntry {
    readonly tag: string
    readonly vr: string
    readonly vm: string
    readonly name: string
  }
  export const data: {
    readonly DicomMetaDictionary: {
      /** By keyword. */
      readonly nameMap: Readonly<Record<string, DictionaryEntry | undefined>>
      /** By `(GGGG,EEEE)`. */
      readonly dictionary: Readonly<Record<string, DictionaryEntry | undefined>>
      denaturalizeDataset(natural: Record<string, unknown>): unknown
    }
    readonly DicomDict: new (meta: unknown) => { dict: unknown; write(): ArrayBuffer }
  }
}
