/**
 * A process that receives a case, takes its job and never finishes: to be killed. Run by `node --import tsx` with the
 * kind of database and where it is. Says `holding` on stdout when the handler runs.
 */
import { createJobQueue } from '../../src/queue/pg-boss-queue.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { newCase } from '../store/case-fixtures.ts'
import { CRASH_QUEUE_OPTIONS, openDatabase } from './crash.ts'

const [kind, where] = process.argv.slice(2)
if ((kind !== 'pglite' && kind !== 'postgres') || where === undefined)
  throw new Error('usage: hold-job.ts pglite|postgres WHERE')

const { sql, database } = await openDatabase(kind, where)
await migrate(sql)
const store = createCaseStore(sql, { now: () => new Date() })
await store.receive(newCase('held'))
await store.transition('held', 'enqueue')
const queue = await createJobQueue({ ...CRASH_QUEUE_OPTIONS, database })
await queue.enqueue('held')
await queue.work(async ({ caseId }) => {
  await store.transition(caseId, 'start')
  process.stdout.write('holding\n')
  return new Promise(() => {})
})
