// Starts the bench of findings on real data from a checkout.
import { register } from 'tsx/esm/api'

register()
await import('./main.ts')
