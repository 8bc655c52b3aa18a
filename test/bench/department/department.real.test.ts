/** The whole way: made-up cases into a database, counted there, watched, reported in every form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countFalseAlarms } from '../../../src/bench/department/false-alarms.ts'
import { writeDepartment } from '../../../src/bench/department/write.ts'
import { ReportModel } from '../../../src/domain/report-model.ts'
import { createCaseStore } from '../../../src/store/case-store.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openPglite, type Pglite } from '../../../src/store/pglite.ts'
import { createReports } from '../../../src/report/reports.ts'

const CLOCK = { now: () => new Date('2026-04-01T05:00:00Z') }
const SETTINGS = { historyDays: 90, falseAlarmsPerYear: 0.2, subgroupMin: 50 }
const WHOLE = { from: '2026-01-01', to: '2026-03-31' }
const MONTH = { from: '2026-03-02', to: '2026-03-31' }
/** Day 60. */
const UPDATED = '2026-03-01'

let database: Pglite
const reportsOn = ({ sql }: Pglite) =>
  createReports(
    { sql, clock: CLOCK, caseStore: createCaseStore(sql, CLOCK) },
    { version: '0', institution: '', settings: SETTINGS, picturesMax: 0 },
  )

beforeAll(async () => {
  database = await openPglite({ dataDir: null })
  await migrate(database.sql)
  await writeDepartment(database.sql, { seed: 7, cases: 5000, events: true })
}, 120_000)
afterAll(() => database.close())

describe('a department in which one producer gets worse at one organ', () => {
  it('is reported with an alarm for that producer and organ alone, within the stated delay', async () => {
    const report = await reportsOn(database).report(WHOLE)
    const alarmed = report.drift.charts.filter(({ alarm }) => alarm !== null)
    expect(new Set(alarmed.map(({ producer, structure }) => `${producer}: ${structure}`))).toEqual(
      new Set(['Synthetic A Abdomen: kidney']),
    )
    expect(report.drift.charts).toHaveLength(16)
    for (const { alarm, delay95 } of alarmed) {
      expect(Date.parse(alarm?.day ?? '')).toBeGreaterThanOrEqual(Date.parse(UPDATED))
      const { count } = await segmentsBetween(UPDATED, alarm?.day ?? '')
      expect(count).toBeLessThanOrEqual(delay95)
    }
    expect(report.summary[0]).toMatch(/^Drift: “Synthetic A Abdomen”, kidney: .* Alarm on \d+ Mar 2026/)
  })

  it('is told from a change of scanner, which moves values and harms no segmentation', async () => {
    const { drift } = await reportsOn(database).report(MONTH)
    const moved = drift.shifts.filter(({ alarm }) => alarm)
    expect(new Set(moved.map(({ evidence }) => evidence))).toEqual(new Set(['mean value']))
    // Day 70 is 11 March, a Wednesday.
    expect(new Set(moved.map(({ since }) => since))).toEqual(new Set(['2026-03-09']))
    expect(moved).toHaveLength(8)
  })

  it('adds up: every grouping holds every segment, and the schema holds the report', async () => {
    const report = ReportModel.parse(await reportsOn(database).report(MONTH))
    for (const { rows, unknown } of [...report.groups, ...report.subgroups]) {
      const counted = rows
        .flatMap(({ verdicts }) => Object.values(verdicts))
        .reduce((sum, count) => sum + count, 0)
      expect(counted + unknown).toBe(report.cases.segments)
    }
    expect(report.verdicts.reduce((sum, { rate }) => sum + rate.count, 0)).toBe(report.cases.judged)
    expect(
      report.days.flatMap(({ verdicts }) => Object.values(verdicts)).reduce((sum, count) => sum + count, 0),
    ).toBe(report.cases.judged)
    expect(report.subgroups.find(({ by }) => by === 'body size')?.unknown).toBeGreaterThan(0)
    expect(report.reviews?.readers.map(({ name }) => name)).toEqual(
      [1, 2, 3, 4].map((n) => `Synthetic Reader ${n}`),
    )
  })

  it.each([
    ['html', /^<!doctype html>[^]*SYNTHETIC[^]*Alarm on[^]*<svg /],
    ['csv', /^section,group,name[^]*\r\ndrift,Synthetic A Abdomen,kidney failures,alarm,2026-03-/],
    ['json', /^\{[^]*"synthetic": true/],
    ['pdf', /^%PDF-1/],
  ] as const)('is called synthetic as %s', async (format, expected) => {
    const { body } = await reportsOn(database).render(MONTH, format, null)
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1')
    // Not toMatch: a failure would print the whole report.
    expect(expected.test(text)).toBe(true)
    if (format === 'html') expect(/<script|(?:src|href)="http/.test(text)).toBe(false)
  })

  it('says in plain words that a month was empty, in every form', async () => {
    const empty = { from: '2025-03-01', to: '2025-03-31' }
    const { body } = await reportsOn(database).render(empty, 'html', null)
    expect(body).toContain('Nothing arrived in this period')
    for (const format of ['pdf', 'csv', 'json'] as const)
      expect((await reportsOn(database).render(empty, format, null)).body.length).toBeGreaterThan(100)
  })

  it('refuses to be mixed with other cases', async () => {
    await expect(writeDepartment(database.sql, { seed: 8, cases: 10, events: true })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

async function segmentsBetween(from: string, to: string): Promise<{ count: number }> {
  const [row] = await database.sql.query<{ count: number }>(
    `select count(*)::int as count from judged_segments join judged_cases using (case_key) join judged_groups using (group_id)
     where structure = 'kidney' and judged_segments.verdict <> 'not-assessable'
       and received_at >= $1::date and received_at < $2::date + 1`,
    [from, to],
  )
  return row ?? { count: 0 }
}

describe('the watch where nothing changes', () => {
  it('raises no more alarms than its ARL0 allows', () => {
    const { alarms, expected, charts } = countFalseAlarms(3, { years: 4, perDay: 6, falseAlarmsPerYear: 5 })
    expect(charts).toBe(16)
    expect(expected).toBeGreaterThan(5)
    // Poisson: 1.5 times the expectation of 10 or more is exceeded by chance once in 20; the true rate lies below it.
    expect(alarms).toBeLessThanOrEqual(1.5 * expected)
    expect(alarms).toBeGreaterThan(0)
  })
})
