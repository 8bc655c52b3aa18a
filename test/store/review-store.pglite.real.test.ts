import { openPglite } from '../../src/store/pglite.ts'
import { reviewStoreContract } from './review-store-contract.ts'

reviewStoreContract(() => openPglite({ dataDir: null }))
