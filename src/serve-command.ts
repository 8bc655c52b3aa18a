/** `plumbline serve`: runs the service until it is told to stop; with --demo it loads the synthetic patients first. */
import type { Config } from './config.ts'
import { loadDemo } from './demo.ts'
import { openLog, startService, untilStopped, type Role } from './main.ts'
import { createTerminal } from './terminal.ts'

export interface ServeOptions {
  readonly config: Config
  readonly role: Role
  readonly demo: boolean
}

export async function serve({ config, role, demo }: ServeOptions): Promise<void> {
  const terminal = createTerminal(process.stderr)
  // In the demo the terminal tells the story; the log would only repeat it.
  const log = openLog(demo && config.log.level === 'info' ? { ...config, log: { level: 'warn' } } : config)
  const service = await startService({ config, role, log, ...(demo ? { onStage: terminal.stage } : {}) })
  if (service.url !== null) terminal.line(`Plumbline answers at ${service.url}`)
  const stopping = new AbortController()
  const stopped = untilStopped(service, log).finally(() => stopping.abort())
  if (demo) await loadDemo(service, terminal, stopping.signal)
  await stopped
}
