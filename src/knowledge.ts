/** Reads config/knowledge: every *.yaml file is checked and joined, in the order of their names. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { KnowledgeFile, type Knowledge, type Structure } from './domain/knowledge.ts'
import { PlumblineError } from './errors.ts'
import { assertConsistent, badKnowledge } from './knowledge-consistency.ts'

/** Entries per installation; a limit against a folder that holds something else. */
const STRUCTURES_MAX = 2000

/**
 * Reads every knowledge file of a folder. Sources that are keys of a file's `sources` map are spelled out, so that
 * evidence carries the citation. Throws PlumblineError('bad-config') naming file and entry.
 */
export function loadKnowledge(directory: string | URL): Knowledge {
  const folder = directory instanceof URL ? fileURLToPath(directory) : directory
  const structures: Structure[] = []
  const sources: Record<string, string> = {}
  for (const file of listFiles(folder)) {
    const content = parseKnowledge(readFileSync(join(folder, file), 'utf8'), file)
    Object.assign(sources, content.sources)
    structures.push(...content.structures.map((structure) => withSources(structure, content.sources)))
  }
  assertConsistent(structures)
  if (structures.length === 0) throw badKnowledge(`The knowledge folder ${folder} holds no structure.`)
  if (structures.length > STRUCTURES_MAX)
    throw badKnowledge(`The knowledge folder ${folder} holds more than ${STRUCTURES_MAX} structures.`)
  return { structures, sources }
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
  } catch (cause) {
    throw new PlumblineError('bad-config', `The knowledge folder ${folder} cannot be read.`, {
      nextStep:
        'Set knowledgeDir to a folder of *.yaml files, or to null for the one that ships with Plumbline.',
      cause,
    })
  }
}

/** One file's text. `<<` merge keys let entries that differ little share the rest. */
export function parseKnowledge(text: string, file: string): KnowledgeFile {
  let document: unknown
  try {
    document = parse(text, { merge: true, maxAliasCount: STRUCTURES_MAX })
  } catch (cause) {
    const line = cause instanceof YAMLParseError ? cause.linePos?.[0].line : undefined
    throw badKnowledge(
      `Knowledge file ${file} is not valid YAML${line === undefined ? '' : ` at line ${line}`}.`,
      cause,
    )
  }
  const result = KnowledgeFile.safeParse(document)
  if (result.success) return result.data
  throw badKnowledge(
    result.error.issues
      .slice(0, 5)
      .map((issue) => `Knowledge file ${file}${describeIssue(document, issue)}`)
      .join(' '),
  )
}

function describeIssue(document: unknown, { path, message }: z.core.$ZodIssue): string {
  const [first, index, ...rest] = path
  if (first !== 'structures' || typeof index !== 'number')
    return `, ${path.join('.') || 'top level'}: ${message}.`
  const where = rest.length > 0 ? `, ${rest.join('.')}` : ''
  return `, entry ${index + 1} (${idOfEntry(document, index)})${where}: ${message}.`
}

function idOfEntry(document: unknown, index: number): string {
  const found = z
    .object({ structures: z.array(z.looseObject({ id: z.string().optional() }).catch({})) })
    .safeParse(document)
  return found.data?.structures[index]?.id ?? 'without id'
}

function withSources(structure: Structure, sources: Readonly<Record<string, string>>): Structure {
  const spell = <Part extends { readonly source: string }>(part: Part): Part => ({
    ...part,
    source: sources[part.source] ?? part.source,
  })
  const spellOrNull = <Part extends { readonly source: string }>(part: Part | null): Part | null =>
    part === null ? null : spell(part)
  return {
    ...structure,
    components: spell(structure.components),
    volumeCm3: spellOrNull(structure.volumeCm3),
    intensity: structure.intensity.map(spell),
    extentMm: spellOrNull(structure.extentMm),
    elongation: spellOrNull(structure.elongation),
    pairRatioMax: spellOrNull(structure.pairRatioMax),
    foreign: structure.foreign.map(spell),
    order: structure.order.map(spell),
  }
}
