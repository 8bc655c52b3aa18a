/** JPEG Lossless against DCMTK's encoder: what it wrote must come back to the last bit. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readPart10 } from '../../src/dicom/part10.ts'
import { decodeFrame } from '../../src/dicom/pixels.ts'
import { demoStudies, makeDemoStudy } from '../../src/phantom/demo.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-jpeg-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One slice in the middle of the synthetic MR patient. */
const study = demoStudies().find(({ patient }) => patient.modality === 'MR')
const slice = study === undefined ? undefined : makeDemoStudy(study).images[15]

function encoded(option: string): { native: Uint8Array; compressed: Uint8Array } {
  if (slice === undefined) throw new Error('no slice')
  const native = slice.bytes
  const [from, to] = [join(folder, 'native.dcm'), join(folder, `${option}.dcm`)]
  writeFileSync(from, native)
  execFileSync('dcmcjpeg', [option, from, to], { stdio: 'pipe' })
  return { native, compressed: new Uint8Array(readFileSync(to)) }
}

describe.each([
  ['+el', 'JPEG Lossless, process 14', '1.2.840.10008.1.2.4.57'],
  ['+e1', 'JPEG Lossless, first-order prediction', '1.2.840.10008.1.2.4.70'],
])('%s: %s', (option, _name, transferSyntaxUid) => {
  const { native, compressed } = encoded(option)

  it('has the pixels of the uncompressed image', async () => {
    const part10 = readPart10(compressed)
    expect(part10.transferSyntaxUid).toBe(transferSyntaxUid)
    expect((await decodeFrame(part10, 0)).values).toEqual((await decodeFrame(readPart10(native), 0)).values)
  })

  it('is refused when its stream was cut, instead of read as if zeros came', async () => {
    const part10 = readPart10(compressed)
    if (part10.pixelData?.kind !== 'encapsulated') throw new Error('not compressed')
    const fragments = part10.pixelData.fragments.map((fragment) => fragment.subarray(0, fragment.length - 16))
    const cut = { ...part10, pixelData: { ...part10.pixelData, fragments } }
    await expect(decodeFrame(cut, 0)).rejects.toMatchObject({ code: 'bad-dicom' })
  })
})
