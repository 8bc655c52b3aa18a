import { openPglite } from '../../src/store/pglite.ts'
import { modelStoreContract } from './model-store-contract.ts'

modelStoreContract(() => openPglite({ dataDir: null }))
