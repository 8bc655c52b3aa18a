import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { createReconstructions, loadReconstructions } from '../src/reconstructions.ts'
import { CHANNELS } from '../src/refinement/reconstruction-model.ts'

const SIGNAL = new AbortController().signal
const SHIPPED = 'config/models'
const HIPPOCAMPUS = { scheme: 'SCT', value: '5366008', meaning: 'Hippocampus' }
const LIVER = { scheme: 'SCT', value: '10200004', meaning: 'Liver' }

const folder = mkdtempSync(join(tmpdir(), 'plumbline-models-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the shipped models', () => {
  it('are found by structure and modality, and by nothing else', async () => {
    const models = createReconstructions(loadReconstructions(SHIPPED))
    expect(await models.find([LIVER, HIPPOCAMPUS], 'MR', SIGNAL)).toMatchObject({ id: 'hippocampus-mr-1' })
    expect(await models.find([HIPPOCAMPUS], 'CT', SIGNAL)).toBeNull()
    expect(await models.find([LIVER], 'MR', SIGNAL)).toBeNull()
    expect(await models.find([], 'MR', SIGNAL)).toBeNull()
  })

  it('answer as the trained weights do in torch, to 1e-4', async () => {
    const wanted = z
      .object({ id: z.string(), diagonal: z.array(z.number()) })
      .parse(JSON.parse(readFileSync('test/training/hippocampus-mr-1.json', 'utf8')))
    const model = await createReconstructions(loadReconstructions(SHIPPED)).find([HIPPOCAMPUS], 'MR', SIGNAL)
    if (model === null) throw new Error('the model is shipped')
    const { size } = model
    const data = Float32Array.from({ length: CHANNELS * size * size }, (_, n) => ((n * 7919) % 1000) / 1000)
    const { logits } = await model.network.run({ input: { shape: [1, CHANNELS, size, size], data } }, SIGNAL)
    for (const [n, value] of wanted.diagonal.entries())
      expect(Math.abs((logits?.data[n * size + n] ?? NaN) - value)).toBeLessThan(1e-4)
    expect(wanted.diagonal).toHaveLength(size)
  })

  it('say on their card under which licence, and how well they are known to work', () => {
    for (const { id, licence, quality } of loadReconstructions(SHIPPED)) {
      const card = readFileSync(join(SHIPPED, `${id}.md`), 'utf8')
      expect(card).toContain(licence)
      expect(quality).toMatch(/Pearson .* patients it never saw/)
    }
  })
})

test('weights that are not the listed ones are refused', async () => {
  copyFileSync(join(SHIPPED, 'hippocampus-mr-1.json'), join(folder, 'hippocampus-mr-1.json'))
  const bytes = readFileSync(join(SHIPPED, 'hippocampus-mr-1.onnx'))
  writeFileSync(join(folder, 'hippocampus-mr-1.onnx'), bytes.subarray(0, bytes.length - 1))
  const models = createReconstructions(loadReconstructions(folder))
  await expect(models.find([HIPPOCAMPUS], 'MR', SIGNAL)).rejects.toMatchObject({ code: 'model-refused' })
})

test('an entry that says too little is refused with what is missing', () => {
  writeFileSync(join(folder, 'hippocampus-mr-1.json'), '{"id":"hippocampus-mr-1"}')
  expect(() => loadReconstructions(folder)).toThrow(/structure.*licence/)
})
