// Starts the bench of the target verification from a checkout.
import { register } from 'tsx/esm/api'

register()
await import('./main.ts')
