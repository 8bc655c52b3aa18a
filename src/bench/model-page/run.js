// Writes docs/what-the-model-sees.md from a checkout.
import { register } from 'tsx/esm/api'

register()
await import('./main.ts')
