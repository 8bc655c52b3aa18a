/** One small grey image, 6 columns and 5 rows, in every code stream that src/dicom decodes. */
import type { Dataset } from '../../dicom/part10.ts'

export interface CodeStream {
  readonly name: 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000'
  readonly transferSyntaxUid: string
  readonly bits: 8 | 16
  readonly bytes: Uint8Array
}

/** JPEG-LS and JPEG 2000 by CharLS and OpenJPEG, the other two by dcmcjpeg 3.6.7. */
export const CODE_STREAMS: readonly CodeStream[] = [
  {
    name: 'jpeg',
    transferSyntaxUid: '1.2.840.10008.1.2.4.50',
    bits: 8,
    bytes: fromBase64(
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV' +
        'DA8XGBYUGBIUFRT/wAALCAAFAAYBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EAB0QAAAFBQAAAAAAAAAAAAAAAAACBgcJFDNCU9H/' +
        '2gAIAQEAAD8ATUNHy3FFax0F6P//2Q==',
    ),
  },
  {
    name: 'jpeg-lossless',
    transferSyntaxUid: '1.2.840.10008.1.2.4.70',
    bits: 16,
    bytes: fromBase64(
      '/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAFAAYBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABAcP/9oACAEBAAEAAN+1FrWtdCWta10J' +
        'a1rXQlrWtdCWta1//9k=',
    ),
  },
  {
    name: 'jpeg-ls',
    transferSyntaxUid: '1.2.840.10008.1.2.4.80',
    bits: 16,
    bytes: fromBase64(
      '/9j/9wALEAAFAAYBAREA//gADQH//wASAEMBFABA/9oACAEBAAAAAKCsFYKwThGQkFoKQlCEFpCQ6GQqEQUkFEQ0NDQlQEJCQkJCAP/Z',
    ),
  },
  {
    name: 'jpeg-2000',
    transferSyntaxUid: '1.2.840.10008.1.2.4.90',
    bits: 16,
    bytes: fromBase64(
      '/0//UQApAAAAAAAGAAAABQAAAAAAAAAAAAAABgAAAAUAAAAAAAAAAAABDwEB/1IADAACAAEAAQQEAAH/XAAHQICIiJD/ZAAlAAFDcmVh' +
        'dGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAArAAH/k9/4kJAGldjs6ajnX8LKeybZJe1SCMnAAPkBABWS/9k=',
    ),
  },
]

/** The header that goes with them: an Image Pixel module and nothing else. */
export function frameHeader(bits: 8 | 16): Dataset {
  const us = (value: number) => ({ vr: 'US', Value: [value] })
  return {
    '00280002': us(1),
    '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
    '00280010': us(5),
    '00280011': us(6),
    '00280100': us(bits),
    '00280101': us(bits),
    '00280102': us(bits - 1),
    '00280103': us(0),
  }
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
