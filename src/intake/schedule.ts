import { createTask, validate } from 'node-cron'
import { PlumblineError } from '../errors.ts'

export interface TimedTask {
  readonly name: string
  /** Five fields, or six with seconds first. */
  readonly cron: string
  readonly runAtStart: boolean
  readonly run: (signal: AbortSignal) => Promise<void>
}

export interface Schedule {
  start(): Promise<void>
  /** Aborts what runs and waits for its end. */
  stop(): Promise<void>
}

/**
 * Runs tasks at their times; a task never overlaps itself: a tick that comes while it runs is left out.
 * What a task throws goes to `onFailed` and the next tick runs it again. A bad expression is a
 * PlumblineError('bad-config').
 */
export function createSchedule(
  tasks: readonly TimedTask[],
  onFailed: (task: string, error: unknown) => void,
): Schedule {
  const stopping = new AbortController()
  const timed = tasks.map((task) => {
    if (!validate(task.cron))
      throw new PlumblineError('bad-config', `"${task.cron}" is not a cron expression.`)
    const runner = runAlone(task, stopping.signal, onFailed)
    return { task, runner, cron: createTask(task.cron, () => runner.tick(), { suppressMissedWarning: true }) }
  })
  return {
    async start() {
      for (const { task, runner, cron } of timed) {
        if (task.runAtStart) runner.tick()
        await cron.start()
      }
    },
    async stop() {
      stopping.abort()
      for (const { cron } of timed) await cron.destroy()
      await Promise.all(timed.map(({ runner }) => runner.ended()))
    },
  }
}

function runAlone(task: TimedTask, signal: AbortSignal, onFailed: (task: string, error: unknown) => void) {
  let running: Promise<void> | null = null
  async function run(): Promise<void> {
    try {
      await task.run(signal)
    } catch (error) {
      if (!signal.aborted) onFailed(task.name, error)
    }
  }
  return {
    tick(): void {
      if (running === null && !signal.aborted) running = run().finally(() => (running = null))
    },
    async ended(): Promise<void> {
      await running
    },
  }
}
