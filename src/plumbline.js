#!/usr/bin/env node
// Starts the command line: the compiled program where it was built, the TypeScript sources in a checkout.
import { existsSync } from 'node:fs'

const source = new URL('./cli.ts', import.meta.url)
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api')
  register()
  await import(source.href)
} else {
  await import(new URL('../dist/cli.js', import.meta.url).href)
}
