/** `plumbline serve`: runs the service until it is told to stop; with --demo it loads the synthetic patients first. */
import type { Config, Role } from './config.ts'
import { loadDemo } from './demo.ts'
import { openLog } from './judge-adapters.ts'
import { startService, untilTold } from './main.ts'
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
  const service = await startService({
    config,
    role,
    log,
    onViewer: terminal.line,
    ...(demo ? { onReceived: terminal.arrival, onStage: terminal.stage } : {}),
  })
  if (service.url !== null) terminal.line(`Plumbline answers at ${service.url}/`)
  const stopping = new AbortController()
  const told = untilTold().then(() => stopping.abort())
  try {
    if (demo) await loadDemo(service, terminal, stopping.signal)
    await told
  } catch (error) {
    if (!stopping.signal.aborted) throw error // else the demo was broken off, as it was told to
  } finally {
    log.info('stopping')
    await service.stop()
  }
}
