/** `plumbline bench department`: makes the synthetic department, reports on it, and says what the watch saw of what happened. */
import { join } from 'node:path'
import { loadConfig } from '../../config.ts'
import type { ReportModel } from '../../domain/report-model.ts'
import { createCaseStore } from '../../store/case-store.ts'
import { migrate } from '../../store/migrate.ts'
import { openPglite } from '../../store/pglite.ts'
import { createReports } from '../../report/reports.ts'
import { VERSION } from '../../version.ts'
import { countFalseAlarms } from './false-alarms.ts'
import { FIRST_DAY, PRODUCERS, SCANNER_CHANGE, SCENARIO_DAYS, UPDATE } from './scenario.ts'
import { simulateRunLengths, type RunLength } from './run-lengths.ts'
import { writeDepartment } from './write.ts'

export interface DepartmentBench {
  readonly data: string
  readonly cases: number
  readonly seed: number
  readonly years: number
}

/** Returns what to print. */
export async function benchDepartment({ data, cases, seed, years }: DepartmentBench): Promise<string> {
  const { auditReport } = loadConfig(null, {})
  const { picturesMax, monthly: _, ...settings } = auditReport
  const clock = { now: () => new Date(FIRST_DAY + SCENARIO_DAYS * 86_400_000) }
  const { sql, close } = await openPglite({ dataDir: data })
  try {
    await migrate(sql)
    await writeDepartment(sql, { seed, cases, events: true })
    const about = { version: VERSION, institution: 'Synthetic Hospital', settings, picturesMax }
    const reports = createReports({ sql, clock, caseStore: createCaseStore(sql, clock) }, about)
    const report = await reports.report({ from: dayOf(1), to: dayOf(SCENARIO_DAYS) })
    return [
      `Synthetic department, ${cases} cases in ${SCENARIO_DAYS} days, seed ${seed}, in ${join(data, 'database')}.`,
      `What happens: on ${dayOf(UPDATE.day)} version ${UPDATE.version} of ${PRODUCERS[UPDATE.producer]?.manufacturer ?? ''} gets worse at ${UPDATE.structure}; on ${dayOf(SCANNER_CHANGE.day)} the scanner changes.`,
      ...alarmLines(report),
      ...runLengthLines(report, seed),
      ...falseAlarmLines(seed, { years, falseAlarmsPerYear: settings.falseAlarmsPerYear, cases }),
      `Look at it: PLUMBLINE_DATA=${data} plumbline report --from ${dayOf(UPDATE.day + 1)} --to ${dayOf(SCENARIO_DAYS)} --out report.html`,
      '',
    ].join('\n')
  } finally {
    await close()
  }
}

function alarmLines({ drift }: ReportModel): string[] {
  const alarmed = drift.charts.filter(({ alarm }) => alarm !== null)
  const stable = drift.charts.length - alarmed.length
  return [
    ...alarmed.map(
      ({ producer, structure, measure, alarm, delay95, arl0, arl1 }) =>
        `Alarm: ${producer}, ${structure}, ${measure}: ${alarm?.day ?? ''}, ${alarm?.segmentsSince ?? 0} segments after its estimate of the beginning (${alarm?.since ?? ''}); stated: ${arl1.toFixed(0)} on average, 95 % within ${delay95}; ARL0 ${arl0.toFixed(0)}.`,
    ),
    `No alarm: ${stable} of ${drift.charts.length} charts.`,
  ]
}

function runLengthLines({ drift }: ReportModel, seed: number): string[] {
  const whole = (value: number) => value.toFixed(0)
  const words = ({ stated, simulated, low, high }: RunLength, digits: (value: number) => string) =>
    `${digits(stated)} stated, ${digits(simulated)} simulated (${digits(low)} to ${digits(high)})`
  return simulateRunLengths(drift.charts, seed).map(
    ({ producer, structure, arl0, arl1 }) =>
      `Run lengths of ${producer}, ${structure}, in segments: ARL0 ${words(arl0, whole)}; ARL1 ${words(arl1, (value) => value.toFixed(1))}.`,
  )
}

function falseAlarmLines(
  seed: number,
  { years, falseAlarmsPerYear, cases }: { years: number; falseAlarmsPerYear: number; cases: number },
): string[] {
  const perDay = Math.max(1, Math.round(cases / SCENARIO_DAYS / PRODUCERS.length))
  const { alarms, charts, segments, expected } = countFalseAlarms(seed, { years, perDay, falseAlarmsPerYear })
  const [low, high] = [Math.max(0, alarms - 2 * Math.sqrt(alarms)), alarms + 2 * Math.sqrt(alarms + 1)]
  return [
    `False alarms in ${years} years without a change (${charts} charts, ${perDay} segments a day each, ${segments} watched): ${alarms}, that is ${(alarms / years).toFixed(3)} a year (95 %: ${(low / years).toFixed(3)} to ${(high / years).toFixed(3)}); the stated ARL0 allows ${expected.toFixed(1)} (${(expected / years).toFixed(3)} a year).`,
  ]
}

function dayOf(day: number): string {
  return new Date(FIRST_DAY + (day - 1) * 86_400_000).toISOString().slice(0, 10)
}
