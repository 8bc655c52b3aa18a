/** `node dist/viewer/fetch-viewer.js FOLDER`: gets the viewer ahead of time, when an image is built or for a machine without network. */
import { extractViewer } from './extract.ts'
import { VIEWER_RELEASE } from './release.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('Name the folder that the viewer shall be put in.\n')
  process.exit(2)
}
const files = await extractViewer({
  folder,
  release: VIEWER_RELEASE,
  signal: AbortSignal.timeout(600_000),
  onProgress: (text) => void process.stderr.write(`${text}\n`),
})
process.stdout.write(`${files}\n`)
