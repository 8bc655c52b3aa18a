import { readFileSync, writeFileSync } from 'node:fs'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createHarness } from './harness.ts'

const GOLDEN = new URL('openapi.golden.json', import.meta.url)

interface Document {
  readonly openapi: string
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>
    >
  >
}

async function served(): Promise<{ text: string; document: Document }> {
  const { app } = await createHarness()
  const { body } = (await request(app).get('/api/openapi.json').expect(200)) as { body: Document }
  return { text: `${JSON.stringify(body, null, 2)}\n`, document: body }
}

describe('GET /api/openapi.json', () => {
  it('is the golden document: what other people rely on changes on purpose only (UPDATE_GOLDEN=1 accepts)', async () => {
    const { text } = await served()
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, text)
    expect(text).toBe(readFileSync(GOLDEN, 'utf8'))
  })

  it('lists exactly what is served', async () => {
    const { document } = await served()
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(listed.toSorted()).toEqual([
      'get /api/openapi.json',
      'get /api/v1/cases',
      'get /api/v1/cases/{id}',
      'get /api/v1/cases/{id}/figures/{name}.png',
      'get /api/v1/cases/{id}/reviews',
      'get /api/v1/cases/{id}/segments/{number}/error-mask',
      'get /api/v1/cases/{id}/segments/{number}/prompts',
      'get /api/v1/events',
      'get /api/v1/reports/audit',
      'get /api/v1/reviews/agreement',
      'get /api/v1/studies/summary',
      'get /api/v1/studies/{uid}/cases',
      'get /healthz',
      'get /metrics',
      'get /readyz',
      'post /api/v1/cases/{id}/reviews',
      'post /api/v1/studies/{uid}/check',
    ])
  })

  it('resolves every reference and declares every path parameter', async () => {
    const { text, document } = await served()
    for (const [, pointer = ''] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      const target = pointer
        .split('/')
        .reduce<unknown>(
          (node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined),
          document,
        )
      expect(target, pointer).toBeTypeOf('object')
    }
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(methods)) {
        expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
          inPath,
        )
      }
    }
  })

  it('has one operationId per operation', async () => {
    const { document } = await served()
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(new Set(names).size).toBe(names.length)
  })
})
