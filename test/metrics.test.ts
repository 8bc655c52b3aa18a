import { describe, expect, it } from 'vitest'
import { createMetrics, createStageTimer } from '../src/metrics.ts'

describe('createMetrics', () => {
  it('counts and times under names that start with plumbline_', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.caseEnded('reject')
    metrics.caseEnded('reject')
    metrics.caseEnded('failed')
    metrics.stageTook('measure', 1500)
    metrics.pacsCall('store', 'refused')
    metrics.httpRequest({ method: 'GET', route: '/api/v1/cases/{id}', status: 404, durationMs: 20 })
    const { text, contentType } = await metrics.expose()
    expect(contentType).toContain('text/plain')
    expect(text).toContain('plumbline_cases_total{verdict="reject"} 2')
    expect(text).toContain('plumbline_cases_total{verdict="failed"} 1')
    expect(text).toContain('plumbline_case_stage_duration_seconds_sum{stage="measure"} 1.5')
    expect(text).toContain('plumbline_pacs_calls_total{operation="store",outcome="refused"} 1')
    expect(text).toContain(
      'plumbline_http_request_duration_seconds_count{method="GET",route="/api/v1/cases/{id}",status="404"} 1',
    )
  })

  it('counts what language models take and cost', async () => {
    const metrics = createMetrics({ processMetrics: false })
    const usage = { inputTokens: 900, outputTokens: 40 }
    metrics.modelCall({ model: 'm-1', outcome: 'ok', usage, costUsd: 0.25, durationMs: 3000 })
    metrics.modelCall({ model: 'm-1', outcome: 'slow', usage, costUsd: null, durationMs: 1 })
    const { text } = await metrics.expose()
    expect(text).toContain('plumbline_model_call_duration_seconds_sum{model="m-1",outcome="ok"} 3')
    expect(text).toContain('plumbline_model_call_duration_seconds_count{model="m-1",outcome="slow"} 1')
    expect(text).toContain('plumbline_model_tokens_total{model="m-1",direction="input"} 1800')
    expect(text).toContain('plumbline_model_tokens_total{model="m-1",direction="output"} 80')
    expect(text).toContain('plumbline_model_cost_usd_total{model="m-1"} 0.25')
  })

  it('does not let a client make labels out of methods', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.httpRequest({ method: 'MKCOL', route: '/', status: 404, durationMs: 1 })
    expect((await metrics.expose()).text).toContain('method="other"')
  })

  it('shares nothing between two registries', async () => {
    const [one, two] = [createMetrics({ processMetrics: true }), createMetrics({ processMetrics: true })]
    one.caseEnded('accept')
    expect((await two.expose()).text).not.toContain('verdict="accept"')
    expect((await one.expose()).text).toContain('plumbline_process_resident_memory_bytes')
  })
})

describe('createStageTimer', () => {
  it('times each stage of each case from its start to the next', () => {
    const took: [string, number][] = []
    let now = 0
    const timer = createStageTimer({ stageTook: (stage, ms) => void took.push([stage, ms]) }, () => now)
    timer.start('a', 'retrieve')
    now = 100
    timer.start('b', 'retrieve')
    now = 130
    timer.start('a', 'read')
    now = 150
    timer.end('a')
    timer.end('a')
    now = 200
    timer.end('b')
    expect(took).toEqual([
      ['retrieve', 130],
      ['read', 20],
      ['retrieve', 100],
    ])
  })
})
