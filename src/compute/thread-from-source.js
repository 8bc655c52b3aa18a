// In a checkout: makes this worker thread understand TypeScript, then is thread.ts.
import { register } from 'tsx/esm/api'

register()
const thread = await import('./thread.ts')
export const { readSegmentation, readReport, prepare, check, draw, refine, decodeFrame } = thread
