import { openPglite } from '../../src/store/pglite.ts'
import { auditLogContract } from './audit-log-contract.ts'

auditLogContract(() => openPglite({ dataDir: null }))
