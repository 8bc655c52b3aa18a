/** OHIF is built to live at `/`: three kinds of its files name that place. Under a path prefix they are served changed. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlumblineError } from '../errors.ts'

const BUNDLE = /^app\.bundle\.[0-9a-f]+\.js$/
/** Where the bundler's run time keeps the address of all further files; each worker has one of its own. */
const PUBLIC_PATH = '__webpack_require__.p = "/"'

/** The files of the folder that differ under the prefix (`/prefix`), by name, with their content there. */
export async function prefixedFiles(folder: string, pathPrefix: string): Promise<Map<string, string>> {
  const place = `${pathPrefix}/`
  const changed = new Map<string, string>()
  for (const name of await readdir(folder)) {
    const change = changeFor(name)
    if (change === null) continue
    const text = await readFile(join(folder, name), 'utf8')
    const result = change(text, place)
    if (result !== text) changed.set(name, result)
    else if (BUNDLE.test(name)) throw unknownRelease()
  }
  return changed
}

type Change = (text: string, place: string) => string

function changeFor(name: string): Change | null {
  if (name === 'index.html') return changePage
  if (name.endsWith('.js'))
    return (text, place) => text.replaceAll(PUBLIC_PATH, `__webpack_require__.p = "${place}"`)
  if (name.endsWith('.css')) return (text, place) => text.replaceAll('url(/', `url(${place}`)
  return null
}

const changePage: Change = (text, place) =>
  text
    .replaceAll(/(href|src|content)="\//g, `$1="${place}`)
    .replaceAll('PUBLIC_URL="/"', `PUBLIC_URL="${place}"`)

function unknownRelease(): PlumblineError {
  return new PlumblineError('viewer-unavailable', 'This OHIF release cannot be served under a path prefix.', {
    nextStep:
      'Leave service.pathPrefix empty, or remove the viewer folder so that the release that fits is fetched.',
  })
}
