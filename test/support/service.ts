/** The real service as its own process, `node src/plumbline.js serve`, on a free port of loopback: to be used, and killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CasePage, CheckedStudy } from '../../src/api/schemas.ts'
import type { Config } from '../../src/config.ts'
import type { CaseState } from '../../src/domain/case-state.ts'
import type { Case } from '../../src/domain/case.ts'
import { waitFor } from './e2e-wait.ts'
import { FAR_BACK_DAYS } from './demo-data.ts'
import { VIEWER_FOLDER } from './viewer-files.ts'

export const LAUNCHER = fileURLToPath(new URL('../../src/plumbline.js', import.meta.url))
const START_LIMIT_MS = 90_000
const STOP_LIMIT_MS = 30_000
const LOG_CHARACTERS_SHOWN = 4000

export interface ServiceOptions {
  /** For its config and data; the same folder again is a restart. */
  readonly folder: string
  /** Null: the embedded archive. */
  readonly pacsUrl: string | null
  readonly port: number
  /** Null: PGlite in the folder. */
  readonly databaseUrl?: string | null
  readonly demo?: boolean
  readonly intake?: Partial<Config['intake']>
  readonly jobs?: Partial<Config['jobs']>
  /** Default: none, so that a test without a browser need not fetch it. */
  readonly viewer?: boolean
  readonly pathPrefix?: string
  readonly report?: Partial<Config['report']>
  /** Default: none, because another object of the study would be in the way. */
  readonly proposals?: boolean
  /** A language model that is asked about every segment; default: none. */
  readonly model?: { readonly name: string; readonly baseUrl: string; readonly apiKey: string }
}

export interface TestService {
  readonly url: string
  cases(): Promise<Case[]>
  /** What a person or the PACS may ask: check this study (now). */
  check(studyInstanceUid: string): Promise<Case[]>
  /** Waits until the case of this object is in the state. */
  waitForCase(sopInstanceUid: string, state: CaseState, limitMs?: number): Promise<Case>
  /** Waits for anything; the message of a failure shows the last known case states and the log. */
  waitUntil(what: string, holds: () => Promise<boolean> | boolean, limitMs?: number): Promise<void>
  /** All that it has written to standard error. */
  log(): string
  kill9(): Promise<void>
  /** Ends it as a supervisor does, by SIGTERM; returns its exit status. */
  stop(): Promise<number | null>
}

/** Short times, so that tests need not wait; the slack that a heartbeat has cannot be shorter than 10 s. */
const INTAKE: Partial<Config['intake']> = {
  pollSeconds: 1,
  lookbackDays: FAR_BACK_DAYS,
  sweepSeconds: 1,
  staleAfterMs: 3000,
  imagesDeadlineMs: 600_000,
  imagesRetryMs: 1000,
  stableMs: 500,
}
const JOBS: Partial<Config['jobs']> = {
  concurrency: 4,
  attempts: 10,
  retryDelayMs: 200,
  retryDelayMaxMs: 1000,
  pollMs: 500,
  heartbeatSeconds: 10,
}

/** Starts it and waits until it answers (not until it is ready: its PACS may be down). */
export async function startService(options: ServiceOptions): Promise<TestService> {
  await mkdir(options.folder, { recursive: true })
  const configFile = join(options.folder, 'config.yaml')
  await writeFile(configFile, JSON.stringify(configOf(options))) // JSON is YAML
  const child = spawn(
    process.execPath,
    [LAUNCHER, 'serve', '--config', configFile, ...(options.demo === true ? ['--demo'] : [])],
    { stdio: ['ignore', 'ignore', 'pipe'], env: cleanEnvironment() },
  )
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const url = `http://127.0.0.1:${options.port}${options.pathPrefix ?? ''}`
  const running: Running = { child, exited: once(child, 'exit'), url, log: () => log }
  try {
    await waitUntil(
      running,
      'the service to answer',
      async () => (await status(`${url}/api/openapi.json`)) === 200,
      START_LIMIT_MS,
    )
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return serviceOf(running)
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<unknown[]>
  readonly url: string
  readonly log: () => string
}

function serviceOf(running: Running): TestService {
  const { child, exited, url, log } = running
  return {
    url,
    cases: () => allCases(url),
    async check(studyInstanceUid) {
      const answer = await fetch(`${url}/api/v1/studies/${studyInstanceUid}/check`, { method: 'POST' })
      if (answer.status !== 202) throw new Error(`check answered ${answer.status}: ${await answer.text()}`)
      return CheckedStudy.parse(await answer.json()).cases
    },
    async waitForCase(sopInstanceUid, state, limitMs = 60_000) {
      let found: Case | undefined
      await waitUntil(
        running,
        `${sopInstanceUid} to be ${state}`,
        async () => {
          found = (await allCases(url)).find(({ object }) => object.sopInstanceUid === sopInstanceUid)
          return found?.state === state || found?.state === 'failed'
        },
        limitMs,
      )
      if (found?.state === state) return found
      throw new Error(`${sopInstanceUid} failed: ${found?.reasons.join(' | ')}\n${shown(log())}`)
    },
    waitUntil: (what, holds, limitMs = 60_000) => waitUntil(running, what, holds, limitMs),
    log,
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
      child.kill('SIGTERM')
      await exited
      clearTimeout(timer)
      return child.exitCode
    },
  }
}

async function waitUntil(
  running: Running,
  what: string,
  holds: () => Promise<boolean> | boolean,
  limitMs: number,
): Promise<void> {
  const look = async (): Promise<true | null> => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) {
      throw new Error(`The service ended while waiting for ${what}.\n${shown(running.log())}`)
    }
    return (await holds()) ? true : null
  }
  await waitFor(what, limitMs, look, async () => {
    const cases = await allCases(running.url).catch(() => [])
    const states = cases.map(
      ({ id, state, object, verdict, reasons }) =>
        `${id} ${object.modality} ${state} ${verdict} ${reasons.join(' | ')}`,
    )
    return `Cases:\n${states.join('\n')}\nLog:\n${shown(running.log())}`
  })
}

/** The end of the log, without our own looking, and of each stack the first frame. */
function shown(log: string): string {
  const short = log.replaceAll(/"frames":\[("[^"]*")(,"[^"]*")*\]/g, '"at":$1')
  const lines = short.split('\n').filter((line) => !line.includes('"message":"request"'))
  return lines.join('\n').slice(-LOG_CHARACTERS_SHOWN)
}

async function allCases(url: string): Promise<Case[]> {
  const cases: Case[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = CasePage.parse(await (await get(`${url}/api/v1/cases?limit=200${query}`)).json())
    cases.push(...page.cases)
    cursor = page.nextCursor
  }
  return cases
}

/** Asks again when the service closed an idle connection just as it was used again (RFC 9112 9.3.1 allows both): two may be idle. */
async function get(url: string): Promise<Response> {
  return fetch(url)
    .catch(() => fetch(url))
    .catch(() => fetch(url))
}

export async function status(url: string): Promise<number> {
  return fetch(url).then(
    (answer) => answer.status,
    () => 0,
  )
}

/** The configuration file of a start with these options. */
function configOf(options: ServiceOptions) {
  const {
    folder,
    pacsUrl,
    port,
    databaseUrl,
    intake,
    jobs,
    viewer = false,
    pathPrefix = '',
    report = {},
    proposals = false,
    model,
  } = options
  return {
    service: { port, pathPrefix, dataDir: join(folder, 'data'), shutdownTimeoutMs: 5000 },
    viewer: { enabled: viewer, dir: VIEWER_FOLDER },
    report,
    // Pictures have tests of their own; here they would only make cases slower.
    figures: { segments: 'none' },
    refinement: { segments: proposals ? 'rejected' : 'none' },
    ...(model !== undefined && { model, reasoning: { segments: 'all', greyMode: null } }),
    pacs: pacsUrl === null ? null : { url: pacsUrl },
    pacsClient: { timeoutMs: 300_000, retries: 1, backoffMs: 100, concurrency: 12 },
    database: { url: databaseUrl ?? null },
    intake: { ...INTAKE, ...intake },
    jobs: { ...JOBS, ...jobs },
  }
}

/** Without what a developer may have set for a service of his own. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const isOwn = (name: string) =>
    name.startsWith('PLUMBLINE_') || name === 'DATABASE_URL' || name === 'NODE_OPTIONS'
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOwn(name)))
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  return address.port
}
