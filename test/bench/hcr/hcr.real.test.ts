/** `bench hcr` from a manifest of real images to its tables, with a language model that is asked over HTTP. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { benchHcr } from '../../../src/bench/hcr/main.ts'
import { manifestRows } from '../../../src/bench/hcr/make-manifest.ts'
import { loadConfig } from '../../../src/config.ts'
import { ModelConfig } from '../../../src/inference/model-config.ts'
import { judged } from '../../support/language-model.ts'
import { API_KEY, besidesTarget, MODEL, startModelServer } from '../../support/model-server/server.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const present = existsSync(join(DATA, 'nii-mr-hippocampus-260'))
if (!present) console.warn(`No images in ${DATA}: the test of bench hcr is left out.`)

test.skipIf(!present)(
  'rules and a model side by side: tables, what the model took, answers that are none',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-hcr-'))
    const server = await startModelServer()
    try {
      const rows = []
      for await (const row of manifestRows(DATA)) {
        if (rows.push(JSON.stringify(row)) === 3) break
      }
      const manifest = join(folder, 'manifest.jsonl')
      await writeFile(manifest, rows.join('\n'))
      let asked = 0
      // Good words twice, then nothing of use, however often it is asked.
      server.answerWith(
        besidesTarget(() =>
          asked++ < 2 ? { kind: 'json', json: judged(2) } : { kind: 'text', text: 'Fine!' },
        ),
      )
      const defaults = loadConfig(null, {})
      const config = {
        ...defaults,
        log: { level: 'silent' as const },
        model: ModelConfig.parse({
          name: MODEL,
          baseUrl: server.url,
          apiKey: API_KEY,
          cacheBytesMax: 0,
          pricesUsdPerMillionTokens: { [MODEL]: { input: 1000, output: 1000 } },
        }),
        reasoning: { ...defaults.reasoning, segments: 'all' as const, greyMode: null },
      }
      const { signal } = new AbortController()
      const text = await benchHcr({ config, manifest, json: false, onCase: () => {} }, signal)
      const name = `${MODEL}, one-pass`
      expect(text).toContain(`| **${name}** (measured) |`)
      expect(text).toContain(`| rules reasoner, ${name} |`)
      expect(text).toContain(`${name}: decided without a person 2 of 3`)
      expect(text).toMatch(/A model was asked about 3 cases.*\(parse failure\): 1 of 3/)
      expect(text).toMatch(/Per case \d{3,} tokens read and \d{2,} written; cost \d+\.\d{4} USD per case/)
      expect(server.broken).toEqual([])
    } finally {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
