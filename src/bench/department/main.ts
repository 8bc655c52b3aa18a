/** `plumbline bench department`: makes the synthetic department, reports on it, and says what the watch saw of what happened. */
import { join } from 'node:path'
import { loadConfig } from '../../config.ts'
import type { ReportModel } from '../../domain/report-model.ts'
import { createCaseStore } from '../../store/case-store.ts'
import { migrate } from '../../store/migrate.ts'
import { openPglite } from '../../store/pglite.ts'
import { createReports } from '../../report/reports.ts'
import { VERSION } from '../../version.ts'
import { tableHead, tableRow } from '../markdown.ts'
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
      '',
      ...alarmTable(report),
      '',
      ...runLengthTable(report, seed),
      '',
      ...falseAlarmTable(seed, { years, falseAlarmsPerYear: settings.falseAlarmsPerYear, cases }),
      '',
      `Look at it: PLUMBLINE_DATA=${data} plumbline report --from ${dayOf(UPDATE.day + 1)} --to ${dayOf(SCENARIO_DAYS)} --out report.html`,
      '',
    ].join('\n')
  } finally {
    await close()
  }
}

function alarmTable({ drift }: ReportModel): string[] {
  const alarmed = drift.charts.filter(({ alarm }) => alarm !== null)
  const quiet = drift.charts.length - alarmed.length
  return [
    ...tableHead([
      'chart',
      'alarm',
      'segments after the estimated beginning',
      'stated: ARL1',
      '95 % within',
      'ARL0',
    ]),
    ...alarmed.map(({ producer, structure, measure, alarm, delay95, arl0, arl1 }) =>
      tableRow([
        `${producer}, ${structure}, ${measure}`,
        alarm?.day ?? '',
        `${alarm?.segmentsSince ?? 0} (since ${alarm?.since ?? ''})`,
        arl1.toFixed(0),
        delay95,
        arl0.toFixed(0),
      ]),
    ),
    tableRow([`the other ${quiet} of ${drift.charts.length} charts`, 'none', '-', '-', '-', '-']),
  ]
}

/** In segments, with the 95 % interval of the simulated mean. */
function runLengthTable({ drift }: ReportModel, seed: number): string[] {
  const cells = ({ stated, simulated, low, high }: RunLength, digits: number) => {
    const [mean, least, most] = [simulated, low, high].map((value) => value.toFixed(digits))
    return [stated.toFixed(digits), `${mean} (${least} to ${most})`]
  }
  return [
    ...tableHead(['failures', 'ARL0 stated', 'ARL0 simulated', 'ARL1 stated', 'ARL1 simulated']),
    ...simulateRunLengths(drift.charts, seed).map(({ producer, structure, arl0, arl1 }) =>
      tableRow([`${producer}, ${structure}`, ...cells(arl0, 0), ...cells(arl1, 1)]),
    ),
  ]
}

function falseAlarmTable(
  seed: number,
  { years, falseAlarmsPerYear, cases }: { years: number; falseAlarmsPerYear: number; cases: number },
): string[] {
  const perDay = Math.max(1, Math.round(cases / SCENARIO_DAYS / PRODUCERS.length))
  const { alarms, charts, segments, expected } = countFalseAlarms(seed, { years, perDay, falseAlarmsPerYear })
  const [low, high] = [Math.max(0, alarms - 2 * Math.sqrt(alarms)), alarms + 2 * Math.sqrt(alarms + 1)]
  const [rate, least, most] = [alarms, low, high].map((count) => (count / years).toFixed(3))
  return [
    ...tableHead([
      'years without a change',
      'charts',
      'segments',
      'false alarms',
      'a year (95 %)',
      'a year by ARL0',
    ]),
    tableRow([
      years,
      charts,
      segments,
      alarms,
      `${rate} (${least} to ${most})`,
      (expected / years).toFixed(3),
    ]),
  ]
}

function dayOf(day: number): string {
  return new Date(FIRST_DAY + (day - 1) * 86_400_000).toISOString().slice(0, 10)
}
