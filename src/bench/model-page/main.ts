/** `run.js`: writes docs/what-the-model-sees.md, what a language model is sent of three demo segmentations and what becomes of an answer. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openJudge } from '../../judge-adapters.ts'
import { createFolderPacs } from '../../archive/folder.ts'
import { loadConfig } from '../../config.ts'
import { unjudged, type Case, type SegmentResult } from '../../domain/case.ts'
import type { ModelRequest } from '../../domain/language-model.ts'
import { caseIdOf } from '../../intake/case-id.ts'
import { newCase } from '../../intake/intake.ts'
import { demoStudies, makeDemoStudy } from '../../phantom/demo.ts'
import { judge } from '../../pipeline.ts'
import type { ModelReasoning, Pipeline, StoreItem } from '../../ports.ts'
import { loadPrompts } from '../../prompts.ts'
import { PAGE_CASES, type PageCase } from './answers.ts'

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url))
const PICTURES = 'what-the-model-sees'
const SIGNAL = new AbortController().signal

const sections: string[] = []
await mkdir(join(DOCS, PICTURES), { recursive: true })
for (const page of PAGE_CASES) {
  process.stderr.write(`${page.demoCase}\n`)
  sections.push(await section(page))
}
const head = `# What the model sees

Written by \`npm run docs:model\`. For three segmentations of the demo: every picture and every word that a language model is
sent, and what becomes of its answer. **The answers are scripted**: written by hand to show what code makes of them, given by no model.
System message and user message are as sent; the pictures follow the text in the order of their numbers.
`
await writeFile(join(DOCS, 'what-the-model-sees.md'), [head, ...sections].join('\n'))

async function section(page: PageCase): Promise<string> {
  const { questions, result } = await asked(page)
  const { opinion, verdict, score, reasons, target } = result
  const texts = await Promise.all(questions.map((question, n) => questionText(page, question, n + 1)))
  return `## ${page.demoCase}, segment ${page.segmentNumber}

${texts.join('\n')}
### Became of it

Target **${target.status}** (${target.source}). Opinion ${opinion?.score ?? 'none'} of 5, verdict **${verdict}**, score ${score ?? 'none'}. ${opinion?.note ?? ''}

${reasons.map((reason) => `- ${reason}`).join('\n')}

Weaknesses: ${opinion?.clinicalSynthesis.weaknesses.map(({ text, basis }) => `${text} (${basis.join(', ') || 'no measurement'})`).join(' ') || 'none'}
`
}

interface Asked {
  readonly request: ModelRequest
  readonly answer: unknown
}

async function questionText(page: PageCase, { request, answer }: Asked, number: number): Promise<string> {
  const code = (text: string, language = '') => `\`\`\`\`${language}\n${text}\n\`\`\`\``
  return `### Question ${number}: ${request.purpose}

System message:

${code(request.system)}

User message:

${code(request.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n'))}

${(await pictures(page, request, number)).join('\n')}

Came back (scripted):

${code(JSON.stringify(answer, null, 1), 'json')}
`
}

async function pictures(
  { demoCase }: PageCase,
  { parts }: ModelRequest,
  question: number,
): Promise<string[]> {
  const lines: string[] = []
  for (const part of parts) {
    if (part.kind !== 'image') continue
    const name = `${demoCase}-${question}-${lines.length + 1}.png`
    await writeFile(join(DOCS, PICTURES, name), part.png)
    lines.push(`![Picture ${lines.length + 1}](${PICTURES}/${name})`)
  }
  return lines
}

/** Judges the one object with a model that gives the scripted answer, asked about every segment. */
async function asked(page: PageCase): Promise<{ questions: Asked[]; result: SegmentResult }> {
  const questions: Asked[] = []
  const parts = openJudge(loadConfig(null, {}))
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-page-'))
  try {
    const object = await demoFiles(page.demoCase, folder)
    const pipeline: Pipeline = {
      ...parts,
      pacs: await createFolderPacs(folder, {}),
      reasoning: scripted(page, questions),
      localNorms: async () => [],
      readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
      onStage: () => {},
    }
    const outcome = await judge(caseOf(object, parts.policyDigest), pipeline, SIGNAL)
    if (outcome.kind !== 'judged') throw new Error('the demo object was not judged')
    const result = outcome.judgement.segments.find(({ number }) => number === page.segmentNumber)
    if (result === undefined) throw new Error('the demo object has no such segment')
    return { questions: questionsOn(page, questions), result }
  } finally {
    await parts.compute.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Those about the segment of the page, which is the first to be asked about: one of each kind. */
function questionsOn({ segmentNumber }: PageCase, questions: readonly Asked[]): Asked[] {
  if (segmentNumber !== 1) throw new Error('the page shows first segments: they are asked about first')
  const first = new Map<string, Asked>()
  for (const question of questions)
    if (!first.has(question.request.purpose)) first.set(question.request.purpose, question)
  return [...first.values()]
}

function scripted({ answer, target }: PageCase, questions: Asked[]): ModelReasoning {
  const { reasoning: settings } = loadConfig(null, {})
  const model = {
    name: 'scripted',
    async complete(request: ModelRequest) {
      const json: unknown = request.purpose.startsWith('target') ? target : answer
      questions.push({ request, answer: json })
      const usage = { inputTokens: 0, outputTokens: 0 }
      const rest = { usage, costUsd: null, latencyMs: 0, cached: false, requestDigest: '' }
      return { json, text: JSON.stringify(json), model: 'scripted', ...rest }
    },
  }
  return {
    models: { models: [{ name: 'scripted', sha256: '' }], forCase: () => [model] },
    prompts: loadPrompts(new URL('../../../config/prompts/', import.meta.url)),
    settings: { ...settings, segments: 'all', greyMode: null },
  }
}

async function demoFiles(demoCase: string, folder: string): Promise<StoreItem> {
  const study = demoStudies().find(({ segmentations }) =>
    segmentations.some(({ caseId }) => caseId === demoCase),
  )
  const listed = study?.segmentations.find(({ caseId }) => caseId === demoCase)
  if (study === undefined || listed === undefined) throw new Error('there is no such demo case')
  const { images, segmentations } = makeDemoStudy(study)
  const object = segmentations.find(({ sopInstanceUid }) => sopInstanceUid === listed.sopInstanceUid)
  if (object === undefined) throw new Error('the demo study lacks its object')
  for (const [index, item] of [...images, object].entries())
    await writeFile(join(folder, `${index}.dcm`), item.bytes)
  return object
}

function caseOf(object: StoreItem, policyDigest: string): Case {
  const now = new Date().toISOString()
  const id = caseIdOf(object.sopInstanceUid, policyDigest)
  return {
    ...newCase({ ...object, modality: 'SEG' }, id, '', { version: '', policyDigest }),
    ...unjudged(),
    state: 'running',
    receivedAt: now,
    updatedAt: now,
  }
}
