/**
 * Peers from npm, never dependencies of the product: installed into the bench's cache when the bench first wants them,
 * in exact versions, without their install scripts.
 */
import { execFile } from 'node:child_process'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface NpmPeer {
  /** Name of its folder. */
  readonly name: string
  /** name@version. The first is the peer, the others it needs and does not declare. */
  readonly packages: readonly string[]
  /** ES module that does the work; argv: the SEG, the folder of the CT. Prints voxels per segment. */
  readonly script: string
}

/** The package that OHIF reads a SEG with, as OHIF calls it. Segments that overlap go to labelmaps of their own. */
export const CORNERSTONE_ADAPTERS: NpmPeer = {
  name: 'cornerstone adapters',
  packages: ['@cornerstonejs/adapters@5.14.0', '@babel/runtime@7.28.4'],
  script: `
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import dcmjs from 'dcmjs'
import { metaData } from '@cornerstonejs/core'
import { adaptersSEG } from '@cornerstonejs/adapters'
const [seg, ct] = process.argv.slice(2)
const { DicomMessage, DicomMetaDictionary } = dcmjs.data
const images = new Map(readdirSync(ct).sort().map((name) => {
  const bytes = Uint8Array.from(readFileSync(join(ct, name)))
  const { dict } = DicomMessage.readFile(bytes.buffer, { untilTag: '7FE00010' })
  return [name, DicomMetaDictionary.naturalizeDataset(dict)]
}))
const modules = {
  instance: (image) => image,
  generalImageModule: (image) => ({ sopInstanceUID: image.SOPInstanceUID }),
  generalSeriesModule: (image) => ({ seriesInstanceUID: image.SeriesInstanceUID }),
  imagePlaneModule: (image) => ({
    rows: image.Rows,
    columns: image.Columns,
    imagePositionPatient: image.ImagePositionPatient,
    imageOrientationPatient: image.ImageOrientationPatient,
    rowCosines: image.ImageOrientationPatient.slice(0, 3),
    columnCosines: image.ImageOrientationPatient.slice(3),
    rowPixelSpacing: image.PixelSpacing[0],
    columnPixelSpacing: image.PixelSpacing[1],
    frameOfReferenceUID: image.FrameOfReferenceUID,
  }),
}
const get = (type, id) => (images.has(id) ? modules[type]?.(images.get(id)) : undefined)
metaData.addProvider(get)
const { labelMapImages } = await adaptersSEG.Cornerstone3D.Segmentation.createFromDICOMSegBuffer(
  [...images.keys()], readFileSync(seg).buffer, { metadataProvider: { get } })
const totals = []
for (const image of labelMapImages.flat())
  for (const value of image.getPixelData()) if (value !== 0) totals[value - 1] = (totals[value - 1] ?? 0) + 1
console.log(JSON.stringify(Array.from(totals, (count) => count ?? 0)))
`,
}

/** dcmqi compiled to WebAssembly. */
export const DCMQI: NpmPeer = {
  name: 'dcmqi (WASM)',
  packages: ['@itk-wasm/dicom@7.6.4'],
  script: `
import { readOverlappingSegmentationNode } from '@itk-wasm/dicom'
console.log = console.error
const { segImage } = await readOverlappingSegmentationNode(process.argv[2])
const { data, imageType: { components } } = segImage
const totals = []
for (let n = 0; n < data.length; n++) if (data[n] !== 0) totals[data[n] - 1] = (totals[data[n] - 1] ?? 0) + 1
process.stdout.write(JSON.stringify(Array.from(totals, (count) => count ?? 0)) + '\\n')
`,
}

/** Where `installPeer` puts the script, beside its packages. */
export function peerScript(cache: string, peer: NpmPeer): string {
  return join(folderOf(cache, peer), 'job.mjs')
}

/** Throws what npm could not install. */
export async function installPeer(cache: string, peer: NpmPeer): Promise<void> {
  const folder = folderOf(cache, peer)
  if (!(await exists(folder))) {
    const making = `${folder}.${process.pid}`
    await mkdir(making, { recursive: true })
    try {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact']
      await promisify(execFile)('npm', ['install', '--prefix', making, ...flags, ...peer.packages])
      await rename(making, folder)
    } catch (cause) {
      await rm(making, { recursive: true, force: true })
      throw new Error(`npm could not install ${peer.packages.join(' ')}`, { cause })
    }
  }
  await writeFile(peerScript(cache, peer), peer.script)
}

function folderOf(cache: string, { packages }: NpmPeer): string {
  return join(cache, 'peers', packages.join('+').replaceAll(/[^\w.+-]/g, '_'))
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
