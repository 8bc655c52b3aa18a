/** A real Orthanc (Debian packages orthanc, orthanc-dicomweb) for one test file: own folder, own ports. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const BINARY = '/usr/sbin/Orthanc'
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so'
const START_ATTEMPTS = 200
const START_POLL_MS = 100

export interface Orthanc {
  readonly url: string
  readonly dicomWebUrl: string
  stop(): Promise<void>
}

export function orthancInstalled(): boolean {
  return existsSync(BINARY) && existsSync(PLUGIN)
}

/** Starts it with its storage below `folder`, e.g. a temporary one that the test removes. `lua`: path of a script to load. */
export async function startOrthanc(options: { folder: string; lua?: string }): Promise<Orthanc> {
  const [httpPort, dicomPort] = await Promise.all([freePort(), freePort()])
  const storage = join(options.folder, 'orthanc')
  await mkdir(storage, { recursive: true })
  const configFile = join(options.folder, 'orthanc.json')
  await writeFile(configFile, JSON.stringify(configOf(storage, httpPort, dicomPort, options.lua)))
  const child = spawn(BINARY, [configFile], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000)
  })
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${httpPort}`
  for (let attempt = 0; !(await answers(`${url}/dicom-web/studies?limit=1`)); attempt++) {
    if (child.exitCode !== null || attempt >= START_ATTEMPTS) {
      child.kill('SIGKILL')
      throw new Error(`Orthanc did not start:\n${log}`)
    }
    await delay(START_POLL_MS)
  }
  return {
    url,
    dicomWebUrl: `${url}/dicom-web`,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}

function configOf(storage: string, httpPort: number, dicomPort: number, lua: string | undefined) {
  return {
    Name: 'PlumblineTest',
    StorageDirectory: storage,
    IndexDirectory: storage,
    HttpPort: httpPort,
    DicomPort: dicomPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    Plugins: [PLUGIN],
    DicomWeb: {
      Enable: true,
      Root: '/dicom-web/',
      EnableWado: true,
      WadoRoot: '/wado',
      StudiesMetadata: 'Full',
      SeriesMetadata: 'Full',
    },
    OverwriteInstances: false,
    StableAge: 1,
    LuaScripts: lua === undefined ? [] : [lua],
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
