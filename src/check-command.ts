/** `plumbline check`: judge one study, from a PACS or a folder, with no service and no database. */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolderPacs } from './archive/folder.ts'
import type { Config } from './config.ts'
import { unjudged, type Case } from './domain/case.ts'
import type { SegmentPrompts } from './domain/correction.ts'
import type { DrawnFigure } from './domain/figure.ts'
import { PRODUCT_NAME } from './domain/product.ts'
import { EXIT_COULD_NOT_RUN, PlumblineError } from './errors.ts'
import { isSegmentationModality, modalityOf } from './intake/eligibility.ts'
import { newCase } from './intake/intake.ts'
import { caseIdOf } from './intake/case-id.ts'
import { type Judge, openJudge, openRemotePacs } from './judge-adapters.ts'
import type { InstanceRef, Pacs, Pipeline, SeriesListing, StoreItem } from './ports.ts'
import { judge, publish } from './pipeline.ts'
import { createTerminal, printable, type Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

export const EXIT_ALL_ACCEPTED = 0
export const EXIT_NOT_ALL_ACCEPTED = 1

const LOOKS_LIKE_UID = /^[\d.]{1,64}$/
const MODALITIES = ['SEG', 'RTSTRUCT'] as const

export interface CheckOptions {
  readonly config: Config
  readonly pacs?: string
  readonly json: boolean
  readonly out?: string
  readonly publish: boolean
}

/** Judges and prints; returns the exit code. Throws PlumblineError when there is nothing to judge or it cannot start. */
export async function checkStudy(target: string, options: CheckOptions): Promise<number> {
  const terminal = createTerminal(process.stderr)
  const signal = abortOnInterrupt()
  try {
    return await checkAll(target, options, terminal, signal)
  } catch (error) {
    if (!signal.aborted) throw error
    terminal.line('Interrupted: not every object was judged.')
    return EXIT_COULD_NOT_RUN
  }
}

async function checkAll(
  target: string,
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const judged = openJudge(options.config)
  try {
    judged.compute.warmUp()
    const { pacs, series } = await findSeries(target, options, terminal, signal)
    const refs = await instancesOf(series, pacs, signal)
    return await checkObjects(refs, pipelineOf(judged, pacs, options, terminal), options, terminal, signal)
  } finally {
    await judged.compute.close()
  }
}

function pipelineOf(judged: Judge, pacs: Pacs, options: CheckOptions, terminal: Terminal): Pipeline {
  // Pictures and reports that nobody gets are not made, nor proposals; a language model asks for pictures of its own.
  const none = { segments: 'none' } as const
  const drawn = options.out !== undefined
  const isKept = drawn || options.publish
  return {
    ...judged,
    figures: { ...judged.figures, ...(!drawn && none) },
    refinement: { ...judged.refinement, ...(!isKept && none) },
    ...(!isKept && { reports: { verdictReports: () => [] } }),
    pacs,
    // Without a record of cases there is nothing to have learned from.
    localNorms: async () => [],
    // Nobody sends more images while a person waits: judge what is there.
    readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
    onStage: terminal.stage,
  }
}

async function checkObjects(
  refs: readonly InstanceRef[],
  pipeline: Pipeline,
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const cases: Case[] = []
  for (const ref of refs) {
    const judgedCase = await checkObject(ref, pipeline, options, signal)
    if (judgedCase === null) terminal.line('A proposal of this program itself is left out.')
    else cases.push(judgedCase)
  }
  if (cases.length === 0)
    throw new PlumblineError('not-found', 'Nothing but proposals of this program is there to judge.')
  if (options.json) process.stdout.write(`${JSON.stringify(cases, null, 2)}\n`)
  else terminal.table(cases)
  return cases.every(({ verdict }) => verdict === 'accept') ? EXIT_ALL_ACCEPTED : EXIT_NOT_ALL_ACCEPTED
}

/** Null for what this program made: proposals are for people to judge. */
async function checkObject(
  ref: InstanceRef,
  pipeline: Pipeline,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<Case | null> {
  const subject = freshCase(ref, pipeline.policyDigest, pipeline.clock.now())
  const outcome = await judge(subject, pipeline, signal)
  if (outcome.kind === 'wait') throw new Error('judged without waiting, yet asked to wait')
  if (outcome.judgement.object.producer.manufacturer === PRODUCT_NAME) return null
  if (options.out !== undefined) {
    await writeInstances(options.out, outcome.outbox)
    await writePrompts(join(options.out, 'prompts', ref.sopInstanceUid), outcome.prompts)
    await writeFigures(join(options.out, 'figures', ref.sopInstanceUid), outcome.figures)
  }
  if (options.publish) await publish(subject.id, outcome.outbox, pipeline, signal)
  return { ...subject, ...outcome.judgement, state: 'done', updatedAt: pipeline.clock.now().toISOString() }
}

/** The SEG and RTSTRUCT series to judge: of the folder, or of one study in the PACS. */
async function findSeries(target: string, options: CheckOptions, terminal: Terminal, signal: AbortSignal) {
  const isFolder = await stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder && !LOOKS_LIKE_UID.test(target)) {
    throw new PlumblineError(
      'not-found',
      'There is no such folder, and it is no Study Instance UID either.',
      {
        nextStep: 'Give an existing folder of DICOM files, or a Study Instance UID: digits and dots.',
      },
    )
  }
  if (isFolder && options.publish) {
    throw new PlumblineError('bad-request', 'A folder is only read: there is no PACS to publish to.', {
      nextStep: 'Write the reports with --out, or name a study in the PACS.',
    })
  }
  const pacs: Pacs = isFolder
    ? await openFolder(target, terminal)
    : openRemotePacs(options.config, options.pacs)
  const series = isFolder ? await seriesOfFolder(pacs, signal) : await seriesOfStudy(pacs, target, signal)
  if (series.length > 0) return { pacs, series }
  throw new PlumblineError(
    'not-found',
    `There is no SEG or RTSTRUCT in this ${isFolder ? 'folder' : 'study'}.`,
    {
      nextStep: isFolder
        ? 'Give the folder that holds the images and the segmentation.'
        : 'Check the Study Instance UID.',
    },
  )
}

async function openFolder(folder: string, terminal: Terminal): Promise<Pacs> {
  const pacs = await createFolderPacs(folder, {})
  for (const { path, reason } of pacs.skipped)
    terminal.line(`  left out ${printable(path, 200)}: ${printable(reason, 200)}`)
  return pacs
}

async function seriesOfFolder(pacs: Pacs, signal: AbortSignal): Promise<SeriesListing[]> {
  const everything = { studyDateFrom: null, limit: Number.MAX_SAFE_INTEGER, offset: 0 }
  const found = MODALITIES.map((modality) => pacs.findSegmentationSeries({ modality, ...everything }, signal))
  return (await Promise.all(found)).flat()
}

async function seriesOfStudy(
  pacs: Pacs,
  studyInstanceUid: string,
  signal: AbortSignal,
): Promise<SeriesListing[]> {
  const listed = await pacs.listSeries(studyInstanceUid, signal)
  return listed.filter(({ modality }) => isSegmentationModality(modality))
}

async function instancesOf(
  series: readonly SeriesListing[],
  pacs: Pacs,
  signal: AbortSignal,
): Promise<InstanceRef[]> {
  const asked = series.map((one) => pacs.listInstances(one.studyInstanceUid, one.seriesInstanceUid, signal))
  const listed = await Promise.all(asked)
  // What is not listed would not be judged, and nothing but what was judged decides the exit code.
  if (listed.every((refs) => refs.length > 0)) return listed.flat()
  throw new PlumblineError('not-found', 'The PACS lists a SEG or RTSTRUCT series, but no instance of it.', {
    nextStep: 'Look in the log of the PACS, or try again when it is up to date.',
  })
}

function freshCase(ref: InstanceRef, policyDigest: string, now: Date): Case {
  const modality = modalityOf(ref.sopClassUid) ?? 'SEG'
  const id = caseIdOf(ref.sopInstanceUid, policyDigest)
  return {
    ...newCase({ ...ref, modality }, id, '', { version: VERSION, policyDigest }),
    ...unjudged(),
    state: 'running',
    receivedAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
}

/** Reports, and refined segmentations. */
async function writeInstances(folder: string, outbox: readonly StoreItem[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { sopInstanceUid, bytes } of outbox)
    await writeFile(join(folder, `${sopInstanceUid}.dcm`), bytes)
}

async function writePrompts(folder: string, prompts: readonly SegmentPrompts[]): Promise<void> {
  if (prompts.length > 0) await mkdir(folder, { recursive: true })
  for (const of of prompts)
    await writeFile(join(folder, `segment-${of.segmentNumber}.json`), `${JSON.stringify(of)}\n`)
}

/** A folder for each object: names are unique in one case only, and begin with the number of their segment. */
async function writeFigures(folder: string, figures: readonly DrawnFigure[]): Promise<void> {
  if (figures.length > 0) await mkdir(folder, { recursive: true })
  for (const { figure, png } of figures) await writeFile(join(folder, `${figure.name}.png`), png)
}

/** Ctrl-C cancels cleanly: threads end, nothing half-written is published. */
function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  return controller.signal
}
