import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { INSTALLATION_URL } from './config.ts'

/** The version of this program, from package.json. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', INSTALLATION_URL), 'utf8'))).version
