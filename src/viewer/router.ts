/** OHIF's files over HTTP, with our configuration and our extension among them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Router, type RequestHandler } from 'express'
import expressStaticGzip from 'express-static-gzip'
import { appConfigScript, PLUGIN_PATH } from './app-config.ts'
import { IMMUTABLE, memoryFile, REVALIDATE, sendMemoryFile, type MemoryFile } from './file-answer.ts'
import { prefixedFiles } from './prefix.ts'

export interface ViewerRouterOptions {
  /** OHIF's `dist`. */
  readonly files: string
  /** `/prefix` under which browsers reach the router, or ''. */
  readonly pathPrefix: string
  /** Our extension's scripts by name; null: OHIF as it is. */
  readonly extension: ReadonlyMap<string, Uint8Array> | null
}

/** A part of the name that is a digest of the content. */
const HASHED = /(^|[./])[0-9a-f]{16,}\.[^/]+$/
/** The last part has an extension: a file, and not one of the viewer's own pages. */
const FILE = /\.[^/]*$/

/** Reads what it keeps in memory, then answers GET and HEAD; what it does not know goes on to the next handler. */
export async function createViewerRouter(options: ViewerRouterOptions): Promise<Router> {
  const kept = await filesInMemory(options)
  const page = kept.get('/index.html')
  const router = Router()
  router.use(readingOnly)
  router.use((request, response, next) => {
    const file = kept.get(request.path)
    if (file === undefined) next()
    else sendMemoryFile(request, response, file)
  })
  router.use(
    expressStaticGzip(options.files, {
      index: false,
      serveStatic: {
        redirect: false,
        cacheControl: false,
        setHeaders: (response, path) =>
          response.setHeader(
            'Cache-Control',
            HASHED.test(path.replace(/\.gz$/, '')) ? IMMUTABLE : REVALIDATE,
          ),
      },
    }),
  )
  router.use((request, response, next) => {
    if (page === undefined || FILE.test(request.path)) next()
    else sendMemoryFile(request, response, page)
  })
  return router
}

const readingOnly: RequestHandler = (request, _response, next) =>
  next(request.method === 'GET' || request.method === 'HEAD' ? undefined : 'router')

/** By path below the router. */
async function filesInMemory(options: ViewerRouterOptions): Promise<Map<string, MemoryFile>> {
  const { files, pathPrefix, extension } = options
  const texts = new Map<string, string | Uint8Array>([
    ['/index.html', await readFile(join(files, 'index.html'))],
    ['/app-config.js', appConfigScript({ pathPrefix, withExtension: extension !== null })],
  ])
  for (const [name, script] of extension ?? []) texts.set(`${PLUGIN_PATH}/${name}`, script)
  if (pathPrefix !== '')
    for (const [name, text] of await prefixedFiles(files, pathPrefix)) texts.set(`/${name}`, text)
  const made = [...texts].map(async ([path, text]) => {
    const file = await memoryFile(path, text, HASHED.test(path) ? IMMUTABLE : REVALIDATE)
    return [path, file] as const
  })
  return new Map(await Promise.all(made))
}
