import { expect, test } from 'vitest'
import { createSchedule } from '../../src/intake/schedule.ts'

const NEVER = '0 0 29 2 *'

test('a task runs at start, what it throws is reported by name, and stop waits for what runs', async () => {
  const failed: string[] = []
  const events: string[] = []
  const schedule = createSchedule(
    [
      { name: 'fails', cron: NEVER, runAtStart: true, run: async () => Promise.reject(new Error('no')) },
      {
        name: 'works',
        cron: NEVER,
        runAtStart: true,
        run: async (signal) => {
          events.push('begun')
          await new Promise<void>((done) => signal.addEventListener('abort', () => setImmediate(done)))
          events.push('ended')
        },
      },
      { name: 'later', cron: NEVER, runAtStart: false, run: async () => void events.push('later') },
    ],
    (task) => void failed.push(task),
  )
  await schedule.start()
  await schedule.stop()
  expect(failed).toEqual(['fails'])
  expect(events).toEqual(['begun', 'ended'])
})

test('ticks every second, and leaves out those that come while it runs', async () => {
  let runs = 0
  let atOnce = 0
  let overlapped = false
  let enough: () => void
  const twice = new Promise<void>((done) => (enough = done))
  const run = async () => {
    atOnce += 1
    overlapped ||= atOnce > 1
    await new Promise((done) => setTimeout(done, 1100))
    atOnce -= 1
    runs += 1
    if (runs === 2) enough()
  }
  const schedule = createSchedule([{ name: 'slow', cron: '*/1 * * * * *', runAtStart: true, run }], () => {})
  await schedule.start()
  await twice
  await schedule.stop()
  expect(overlapped).toBe(false)
})

test('a bad expression is refused', () => {
  const task = { name: 'x', cron: 'often', runAtStart: false, run: async () => {} }
  expect(() => createSchedule([task], () => {})).toThrow('"often" is not a cron expression.')
})
