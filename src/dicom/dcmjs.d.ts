/** dcmjs ships no types; this is what src/dicom uses of it. */
declare module 'dcmjs' {
  interface DictionaryEntry {
    readonly tag: string
    readonly vr: string
    readonly vm: string
    readonly name: string
  }
  /** By tag `GGGGEEEE`; items of sequences likewise. */
  export type Denaturalized = Readonly<Record<string, WritableElement | undefined>>
  export interface WritableElement {
    readonly vr: string
    readonly Value: readonly unknown[]
  }
  export interface WriteStream {
    readonly size: number
    readonly view: {
      setUint16(at: number, value: number, littleEndian: boolean): void
      setUint32(at: number, value: number, littleEndian: boolean): void
    }
    writeUint8Repeat(value: number, count: number): void
    writeUint16(value: number): void
    writeUint32(value: number): void
    writeAsciiString(text: string): void
    concat(stream: WriteStream): void
    getBuffer(): ArrayBuffer
  }
  export const data: {
    readonly DicomMetaDictionary: {
      /** By keyword. */
      readonly nameMap: Readonly<Record<string, DictionaryEntry | undefined>>
      /** By `(GGGG,EEEE)`. */
      readonly dictionary: Readonly<Record<string, DictionaryEntry | undefined>>
      denaturalizeDataset(natural: Record<string, unknown>): Denaturalized
    }
    readonly DicomMessage: {
      writeTagObject(
        stream: WriteStream,
        tag: string,
        vr: string,
        values: readonly unknown[],
        transferSyntaxUid: string,
        options: Record<string, never>,
      ): void
    }
    readonly ValueRepresentation: {
      createByTypeString(vr: string): {
        /** The VR that is written. */
        readonly type: string
        /** Returns how many bytes it wrote, padding included. Binary VRs take the transfer syntax, and whether it is encapsulated. */
        writeBytes(stream: WriteStream, values: readonly unknown[], ...options: unknown[]): number
      }
    }
    /** Grows by `bytes`. */
    readonly WriteBufferStream: new (bytes: number, littleEndian: boolean) => WriteStream
  }
}
