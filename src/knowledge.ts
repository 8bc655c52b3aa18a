/** Reads config/knowledge: every *.yaml file is checked and joined, in the order of their names. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { KnowledgeFile, type Knowledge, type Structure } from './domain/knowledge.ts'
import { PlumblineError } from './errors.ts'

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
  assertDistinct(structures)
  if (structures.length === 0) throw bad(`The knowledge folder ${folder} holds no structure.`)
  if (structures.length > STRUCTURES_MAX)
    throw bad(`The knowledge folder ${folder} holds more than ${STRUCTURES_MAX} structures.`)
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
    throw bad(
      `Knowledge file ${file} is not valid YAML${line === undefined ? '' : ` at line ${line}`}.`,
      cause,
    )
  }
  const result = KnowledgeFile.safeParse(document)
  if (result.success) return result.data
  throw bad(
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
  return {
    ...structure,
    components: spell(structure.components),
    volumeCm3: structure.volumeCm3 === null ? null : spell(structure.volumeCm3),
    intensity: structure.intensity.map(spell),
  }
}

function assertDistinct(structures: readonly Structure[]): void {
  const seen = new Set<string>()
  for (const { id, volumeCm3 } of structures) {
    if (seen.has(id)) throw bad(`Two knowledge entries have the id ${id}.`)
    seen.add(id)
    if (volumeCm3 !== null && (volumeCm3.low ?? 0) >= (volumeCm3.high ?? Infinity))
      throw bad(`Knowledge entry ${id}: the volume range is empty.`)
  }
}

function bad(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('bad-config', message, {
    nextStep: 'Correct the file; the entries that ship with Plumbline show the form.',
    cause,
  })
}
