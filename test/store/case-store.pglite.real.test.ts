import { openPglite } from '../../src/store/pglite.ts'
import { caseStoreContract } from './case-store-contract.ts'

caseStoreContract(() => openPglite({ dataDir: null }))
