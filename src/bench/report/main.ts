/** `plumbline bench report`: the departmental report of a large department on PostgreSQL, beside an export counted with pandas. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Sql } from '../../ports.ts'
import { migrate } from '../../store/migrate.ts'
import { openPostgres } from '../../store/postgres.ts'
import { FIRST_DAY, SCENARIO_DAYS } from '../department/scenario.ts'
import { writeDepartment } from '../department/write.ts'
import { tableHead, tableRow } from '../markdown.ts'
import { compiledProgram } from '../installation.ts'
import { measure, type Cost } from '../perf/measure.ts'
import { exportCommand, pandasCommand } from './pandas.ts'
import { serverCpuS } from './server-cpu.ts'

export interface ReportBench {
  readonly cases: number
  readonly seed: number
  /** Of a database that is empty, or holds what this bench left there. */
  readonly databaseUrl: string
}

const DAY_MS = 86_400_000
const TIMEOUT_S = 600
const STATEMENT_TIMEOUT_MS = 600_000
/** All that arrived, and the last month compared with what came before. */
const PERIODS = [
  { name: `${SCENARIO_DAYS} days`, days: SCENARIO_DAYS },
  { name: 'the last 30 days of them', days: 30 },
] as const

/** `serverS`: null where it cannot be told. */
interface Step {
  readonly cost: Cost
  readonly serverS: number | null
  readonly stdout: string
}

/** Returns what to print. Throws what the database throws, and Error where a step fails. */
export async function benchReport({ cases, seed, databaseUrl }: ReportBench): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-bench-report-'))
  const { sql, close } = await openPostgres({
    connectionString: databaseUrl,
    poolSize: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onError: () => {},
  })
  try {
    await migrate(sql)
    await fill(sql, { cases, seed })
    const program = await compiledProgram(folder)
    const rows: string[] = []
    const ours = new Map<string, Step>()
    for (const { name, days } of PERIODS) {
      const step = await run(sql, reportCommand(program, databaseUrl, folder, days))
      ours.set(name, step)
      const { cases: counted } = Reported.parse(
        JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')),
      )
      const what = `plumbline report, ${name}: ${counted.judged} cases, ${counted.segments} segments`
      rows.push(tableRow([what, ...costCells(step)]))
    }
    const from = dayOf(SCENARIO_DAYS - PERIODS[1].days + 1)
    const exported = await run(sql, exportCommand(databaseUrl, folder))
    const counted = await run(sql, pandasCommand(folder, from))
    return [
      await sizesLine(sql),
      '',
      ...tableHead(['', 'wall', 'CPU of the program', 'CPU of the server', 'peak']),
      ...rows,
      tableRow(['`psql`, export of the same cases to CSV', ...costCells(exported)]),
      tableRow([
        'pandas over it, the last 30 days: counts only, no drift charts, readers, pages',
        ...costCells(counted),
      ]),
      '',
      counted.stdout,
      ...ratioLines(ours.get(PERIODS[1].name), exported, counted),
      '',
    ].join('\n')
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}

const Reported = z.object({ cases: z.object({ judged: z.number(), segments: z.number() }) })

async function fill(sql: Sql, { cases, seed }: Pick<ReportBench, 'cases' | 'seed'>): Promise<void> {
  const [held] = await sql.query<{ count: number }>('select count(*)::int as count from cases')
  if (held?.count !== cases) await writeDepartment(sql, { seed, cases, events: true })
  await sql.query('vacuum analyze')
}

async function sizesLine(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ cases: number; segments: number; findings: number; mebibytes: number }>(
    `select (select count(*)::int from judged_cases) as cases, (select count(*)::int from judged_segments) as segments,
       (select count(*)::int from judged_findings) as findings,
       (pg_total_relation_size('judged_cases') + pg_total_relation_size('judged_segments')
         + pg_total_relation_size('judged_findings'))::float8 / 1048576 as mebibytes`,
  )
  return `Rows that reports read: ${row?.cases} of cases, ${row?.segments} of segments, ${row?.findings} of findings (${row?.mebibytes.toFixed(0)} MiB with indexes).`
}

function reportCommand(program: string, databaseUrl: string, folder: string, days: number): string[] {
  const [from, to] = [dayOf(SCENARIO_DAYS - days + 1), dayOf(SCENARIO_DAYS)]
  const report = [
    'report',
    '--from',
    from,
    '--to',
    to,
    '--format',
    'json',
    '--out',
    join(folder, 'report.json'),
  ]
  return ['/usr/bin/env', `DATABASE_URL=${databaseUrl}`, process.execPath, join(program, 'cli.js'), ...report]
}

async function run(sql: Sql, command: readonly string[]): Promise<Step> {
  const before = await serverCpu(sql)
  const measured = await measure(command, { timeoutS: TIMEOUT_S, exitCodes: [0] })
  if (!measured.ok) throw new Error(`A step of the bench failed: ${measured.reason}`)
  const after = await serverCpu(sql)
  const serverS = before === null || after === null ? null : after - before
  return { cost: measured.cost, serverS, stdout: measured.stdout }
}

async function serverCpu(sql: Sql): Promise<number | null> {
  const [row] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid')
  return serverCpuS(row?.pid ?? 0)
}

function costCells({ cost, serverS }: Step): string[] {
  const server = serverS === null ? 'not known' : `${serverS.toFixed(1)} s`
  return [
    `${cost.wallS.toFixed(1)} s`,
    `${cost.cpuS.toFixed(1)} s`,
    server,
    `${cost.peakMebibytes.toFixed(0)} MiB`,
  ]
}

function ratioLines(ours: Step | undefined, ...theirs: readonly Step[]): string[] {
  if (ours === undefined) return []
  const ratio = (of: (step: Step) => number) => theirs.reduce((sum, step) => sum + of(step), 0) / of(ours)
  const wall = ratio(({ cost }) => cost.wallS).toFixed(1)
  const cpu = ratio(({ cost, serverS }) => cost.cpuS + (serverS ?? 0)).toFixed(1)
  const peak = Math.max(...theirs.map(({ cost }) => cost.peakMebibytes)) / ours.cost.peakMebibytes
  return [
    `Export and pandas take ${wall} times as long, ${cpu} times the CPU, ${peak.toFixed(1)} times the memory.`,
  ]
}

/** Day 1 is the first of the scenario. */
function dayOf(day: number): string {
  return new Date(FIRST_DAY + (day - 1) * DAY_MS).toISOString().slice(0, 10)
}
