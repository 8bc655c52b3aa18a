// A worker thread that understands TypeScript, then is thread.ts.
import { register } from 'tsx/esm/api'

register()
await import('./thread.ts')
