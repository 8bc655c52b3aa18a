import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { digestOfJudge, freeze, requireFrozen } from '../../../src/bench/dr/frozen.ts'

const FOLDERS = [
  'config',
  'src/checks',
  'src/compute',
  'src/imaging',
  'src/reasoner',
  'src/target',
  'src/bench/perturb',
]
let root = ''
let file = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'frozen-'))
  file = join(root, 'frozen.json')
  for (const folder of FOLDERS) {
    mkdirSync(join(root, folder, 'deeper'), { recursive: true })
    writeFileSync(join(root, folder, 'deeper/limit.ts'), 'export const LIMIT = 1\n')
  }
})
afterEach(() => rmSync(root, { recursive: true }))

it('what was frozen may be read', () => {
  const frozen = freeze(file, '2026-01-02', root)
  expect(requireFrozen(file, root)).toEqual(frozen)
})

it.each(FOLDERS)('a limit that moved in %s closes the test split', (folder) => {
  freeze(file, '2026-01-02', root)
  const before = digestOfJudge(root)
  writeFileSync(join(root, folder, 'deeper/limit.ts'), 'export const LIMIT = 2\n')
  expect(digestOfJudge(root)).not.toBe(before)
  expect(() => requireFrozen(file, root)).toThrow(/not those that were frozen/)
})

it('another name is another digest, and nothing frozen is no permission', () => {
  const before = digestOfJudge(root)
  writeFileSync(join(root, 'config/other.yaml'), '')
  expect(digestOfJudge(root)).not.toBe(before)
  expect(() => requireFrozen(join(root, 'missing.json'), root)).toThrow(/not those that were frozen/)
})

it('without sources there is nothing to freeze', () => {
  rmSync(join(root, 'src/checks'), { recursive: true })
  expect(() => digestOfJudge(root)).toThrow(/in a checkout only/)
})
