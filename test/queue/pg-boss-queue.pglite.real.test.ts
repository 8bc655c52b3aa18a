import { openPglite } from '../../src/store/pglite.ts'
import { jobQueueContract } from './job-queue-contract.ts'

jobQueueContract(async () => {
  const { sql, pglite, close } = await openPglite({ dataDir: null })
  return { sql, database: { kind: 'pglite', pglite }, close }
})
