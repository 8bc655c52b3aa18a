/** `plumbline bench ...`. Thin, like cli.ts: each is loaded when it is called. */
import { Option, type Command } from 'commander'
import { configOption, count, whole } from './cli-options.ts'
import { loadConfig } from './config.ts'

/** Each reads its own options, and says what they are where it is read: they are for who measures, in a checkout. */
const MEASUREMENTS = [
  {
    name: 'target',
    what: 'Target scores, published and ours, simulated and real',
    run: () => import('./bench/target/main.ts'),
  },
  {
    name: 'perf',
    what: 'Speed and memory beside what users would run instead',
    run: () => import('./bench/perf/main.ts'),
  },
  {
    name: 'findings',
    what: 'What the checks say of real collections',
    run: () => import('./bench/findings/main.ts'),
  },
  { name: 'fuzz', what: 'Mutated files into every parser', run: () => import('./bench/fuzz/main.ts') },
  {
    name: 'results',
    what: 'What README and docs say, measured anew into docs/results',
    run: () => import('./bench/results/main.ts'),
  },
]

/** As it was called, and the day; where it writes to is nobody's business. */
function calledNow(out: string): { command: string; date: string } {
  const words = process.argv.slice(2).map((word) => (/[\s"]/.test(word) ? JSON.stringify(word) : word))
  const command = `plumbline ${words.join(' ')}`.replace(out, 'FOLDER')
  return { command, date: new Date().toISOString().slice(0, 10) }
}

export function addBenchCommands(program: Command): void {
  const bench = program.command('bench').description('Measure the judge itself')
  addReasonerBenches(bench)
  addErrorBenches(bench)
  addRefinementBenches(bench)
  addDepartmentBenches(bench)
  for (const { name, what, run } of MEASUREMENTS) {
    bench
      .command(name)
      .description(what)
      .argument('[options...]')
      .allowUnknownOption()
      .helpOption(false)
      .action(async () => {
        process.argv.splice(process.argv.indexOf('bench'), 2)
        await run()
      })
  }
}

/** Against labels and texts. */
function addReasonerBenches(bench: Command): void {
  bench
    .command('hcr-manifest')
    .description('Print a manifest of expert masks degraded by known amounts')
    .requiredOption('--data <folder>', 'the research collections (CONTRIBUTING.md)')
    .action(async ({ data }) => {
      const { manifestRows } = await import('./bench/hcr/make-manifest.ts')
      for await (const row of manifestRows(data)) process.stdout.write(`${JSON.stringify(row)}\n`)
    })

  bench
    .command('hcr')
    .description('Acceptance against labels, in the form of table 2 of arXiv 2506.01841')
    .requiredOption('--manifest <file>', 'JSON lines; hcr-manifest writes one')
    .option('--json', 'print one JSON line per prediction instead of the table', false)
    .addOption(configOption())
    .action(async (options) => {
      const { benchHcr } = await import('./bench/hcr/main.ts')
      const config = loadConfig(options.config ?? null)
      const onCase = (done: number, of: number) => {
        if (done % 10 === 0 || done === of) process.stderr.write(`${done} of ${of}\n`)
      }
      process.stdout.write(await benchHcr({ ...options, config, onCase }, new AbortController().signal))
    })

  bench
    .command('report-eval')
    .description('The evaluator of report texts over a file of pairs: discrimination and robustness')
    .requiredOption(
      '--pairs <file>',
      'JSON lines: id, reference, candidate, label (significant or harmless), category',
    )
    .addOption(
      new Option('--passes <passes>', 'rules: without a language model')
        .choices(['rules', 'one-pass', 'two-pass'] as const)
        .default('rules' as const),
    )
    .option('--json', 'print one JSON line per pair instead of the table', false)
    .addOption(configOption())
    .action(async (options) => {
      const { benchReportEval } = await import('./bench/report-eval/main.ts')
      const config = loadConfig(options.config ?? null)
      process.stdout.write(await benchReportEval({ ...options, config }, new AbortController().signal))
    })
}

/** Against errors that are known. */
function addErrorBenches(bench: Command): void {
  bench
    .command('dr')
    .description(
      'Discrimination and robustness: known errors and harmless changes, on synthetic patients and real collections',
    )
    .option(
      '--data <folder>',
      'the research collections (CONTRIBUTING.md); without it, synthetic patients alone',
    )
    .addOption(
      new Option('--split <split>', 'which patients')
        .choices(['fit', 'test'] as const)
        .default('fit' as const),
    )
    .option('--phantoms <count>', 'synthetic patients of each modality', count, 3)
    .option('--only <sets>', 'names of collections, with commas between')
    .option('--patients <count>', 'most patients of one collection', count, 1000)
    .option('--segments <count>', 'most segments of one real patient', count, 12)
    .option('--seed <seed>', 'of the edits', count, 1)
    .option(
      '--frozen <file>',
      'the digest of the limits that the test split is read under',
      'docs/results/limits.json',
    )
    .option('--freeze', 'write that file', false)
    .option('--patches', 'write what training/quality_baseline.py is shown, too', false)
    .requiredOption('--out <folder>', 'write result.json, result.md, result.html and every outcome here')
    .addOption(configOption())
    .action(async (options) => {
      const { benchDr } = await import('./bench/dr/main.ts')
      const { segments: segmentsMax, patients: patientsMax, data = null, ...rest } = options
      const only = options.only?.split(',') ?? null
      const onPatient = (name: string, edits: number) => process.stderr.write(`${name}: ${edits} edits\n`)
      const called = calledNow(options.out)
      const config = loadConfig(options.config ?? null)
      process.stdout.write(
        await benchDr({ ...rest, data, only, segmentsMax, patientsMax, ...called, config, onPatient }),
      )
    })

  bench
    .command('quality')
    .description('Predicted against true Dice and surface Dice, from outcomes of bench dr')
    .requiredOption('--fit <files...>', 'outcomes.jsonl of the fit split')
    .requiredOption('--test <files...>', 'outcomes.jsonl of the test split')
    .option(
      '--predictions <name>',
      'of another program: a file of this name beside each of the test split, JSON lines with dice and surfaceDice',
    )
    .option('--seed <seed>', 'of the bootstrap', count, 1)
    .option('--draws <count>', 'of patients, for the intervals', count, 1000)
    .requiredOption('--out <folder>', 'write quality.json and quality.md here')
    .action(async ({ predictions = null, ...options }) => {
      const { benchQuality } = await import('./bench/quality/main.ts')
      const called = calledNow(options.out)
      process.stdout.write(benchQuality({ ...options, predictions, ...called }))
    })
}

/** Against the masks that were made worse. */
function addRefinementBenches(bench: Command): void {
  bench
    .command('refine')
    .description('Masks made worse by known amounts, refined, and compared with what they were made from')
    .option(
      '--data <folder>',
      'the research collections (CONTRIBUTING.md); without it synthetic patients only',
    )
    .addOption(
      new Option('--split <split>', 'masks that acceptance was set on, or those kept back')
        .choices(['fit', 'test'] as const)
        .default('test' as const),
    )
    .option('--only <text>', 'only sets whose name holds this')
    .option('--json', 'print one JSON line per mask instead of the tables', false)
    .addOption(configOption())
    .action(async ({ data = null, only = null, split, json, config: file = null }) => {
      const { benchRefine } = await import('./bench/refine/main.ts')
      const onRow = (row: object, done: number) => {
        if (json) process.stdout.write(`${JSON.stringify(row)}\n`)
        else if (done % 10 === 0) process.stderr.write(`${done}\n`)
      }
      const tables = await benchRefine(
        { config: loadConfig(file), data, only, split, onRow },
        new AbortController().signal,
      )
      if (!json) process.stdout.write(tables)
    })

  bench
    .command('prompts')
    .description('The promptable model of the config by true prompts, slice by slice (refinement.model)')
    .option(
      '--data <folder>',
      'the research collections (CONTRIBUTING.md); without it synthetic patients only',
    )
    .addOption(
      new Option('--split <split>', 'as for bench refine')
        .choices(['fit', 'test'] as const)
        .default('test' as const),
    )
    .option('--only <text>', 'only sets whose name holds this')
    .addOption(configOption())
    .action(async ({ data = null, only = null, split, config }) => {
      const { benchPrompts } = await import('./bench/refine/prompted.ts')
      const onSource = (label: string) => void process.stderr.write(`${label}\n`)
      const options = { config: loadConfig(config ?? null), data, only, split, onSource }
      process.stdout.write(await benchPrompts(options, new AbortController().signal))
    })
}

/** On a synthetic department. */
function addDepartmentBenches(bench: Command): void {
  bench
    .command('department')
    .description(
      'A synthetic department of 90 days: does the watch see what happens in it, and how often is it wrong?',
    )
    .requiredOption(
      '--data <folder>',
      'new folder: its database is left there, for plumbline report and serve',
    )
    .option('--cases <count>', 'how many cases', whole, 5000)
    .option('--seed <number>', 'another department', whole, 7)
    .option('--years <count>', 'simulated years without a change, for the rate of false alarms', whole, 200)
    .action(async (options) => {
      const { benchDepartment } = await import('./bench/department/main.ts')
      process.stdout.write(await benchDepartment(options))
    })

  bench
    .command('report')
    .description(
      'The report of a synthetic department of many cases on PostgreSQL, beside an export counted with pandas',
    )
    .requiredOption('--database-url <url>', 'an empty PostgreSQL database; what is made up is left there')
    .option('--cases <count>', 'how many cases', whole, 100_000)
    .option('--seed <number>', 'another department', whole, 7)
    .action(async (options) => {
      const { benchReport } = await import('./bench/report/main.ts')
      process.stdout.write(await benchReport(options))
    })
}
