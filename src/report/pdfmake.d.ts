/** What is used of pdfmake 0.3, which ships no types. */
declare module 'pdfmake' {
  export type Content =
    | string
    | readonly Content[]
    | {
        readonly text?: string
        readonly svg?: string
        readonly image?: string
        readonly ul?: readonly Content[]
        readonly stack?: readonly Content[]
        readonly table?: {
          readonly headerRows: number
          readonly widths: readonly ('*' | 'auto' | number)[]
          readonly body: readonly (readonly Content[])[]
          readonly dontBreakRows: boolean
        }
        readonly layout?: 'plumbline'
        readonly style?: string
        readonly link?: string
        readonly alignment?: 'left' | 'right'
        readonly color?: string
        readonly bold?: boolean
        readonly width?: number
        readonly fit?: readonly [number, number]
        readonly margin?: readonly [number, number, number, number]
        readonly unbreakable?: boolean
        readonly headlineLevel?: number
      }

  interface Style {
    readonly fontSize?: number
    readonly bold?: boolean
    readonly color?: string
    readonly margin?: readonly [number, number, number, number]
    readonly lineHeight?: number
  }

  /** What `pageBreakBefore` is asked about. */
  interface Placed {
    readonly headlineLevel?: number
    readonly startPosition: { readonly verticalRatio: number }
  }

  interface Definition {
    readonly info: { readonly title: string; readonly creator: string; readonly creationDate: Date }
    readonly pageSize: 'A4'
    readonly pageMargins: readonly [number, number, number, number]
    readonly defaultStyle: Style & { readonly font: string }
    readonly styles: Readonly<Record<string, Style>>
    readonly content: readonly Content[]
    readonly footer: (page: number, pages: number) => Content
    readonly pageBreakBefore: (node: Placed) => boolean
  }

  interface Layout {
    readonly hLineWidth: (line: number) => number
    readonly vLineWidth: () => number
    readonly hLineColor: () => string
    readonly paddingLeft: (column: number) => number
    readonly paddingRight: () => number
    readonly paddingTop: () => number
    readonly paddingBottom: () => number
  }

  interface PdfMake {
    setUrlAccessPolicy(allows: (url: string) => boolean): void
    setLocalAccessPolicy(allows: (path: string) => boolean): void
    setFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void
    setTableLayouts(layouts: Readonly<Record<string, Layout>>): void
    createPdf(definition: Definition): { getBuffer(): Promise<Uint8Array> }
  }
  const pdfmake: PdfMake
  export default pdfmake
}
