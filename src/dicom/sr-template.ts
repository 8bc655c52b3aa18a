/**
 * The template language: a content tree as data, checked in full when it is loaded.
 *
 * A node is a content item (it has a `type`) or only a group whose items take its place. Any node may have
 *   `if: $path`              left out when the value is null or an empty list;
 *   `each: $path`, `as: x`   repeated for each element of a list, which is `$x` inside;
 *   `with: $path`, `as: x`   the value is `$x` inside.
 * `concept`, `value` and `unit` are a key of the code dictionary or a `$path` into the report model.
 */
import { parse } from 'yaml'
import { z } from 'zod'
import { Code } from '../domain/code.ts'
import { PlumblineError } from '../errors.ts'
import type { CodeDictionary } from './sr-codes.ts'
import { Point, Reference } from './sr-model.ts'

/** PS3.3 C.17.3.2.1. */
const VALUE_TYPES = [
  'CONTAINER',
  'CODE',
  'TEXT',
  'PNAME',
  'UIDREF',
  'NUM',
  'IMAGE',
  'COMPOSITE',
  'SCOORD',
] as const
export type ValueType = (typeof VALUE_TYPES)[number]
type Kind = 'code' | 'text' | 'number' | 'reference' | 'point' | 'list' | 'object'

/** The kind of model value that each takes. */
const VALUE_KINDS: Readonly<Record<ValueType, Kind | null>> = {
  CONTAINER: null,
  CODE: 'code',
  TEXT: 'text',
  PNAME: 'text',
  UIDREF: 'text',
  NUM: 'number',
  IMAGE: 'reference',
  COMPOSITE: 'reference',
  SCOORD: 'point',
}

const RELATIONSHIPS = [
  'CONTAINS',
  'HAS OBS CONTEXT',
  'HAS ACQ CONTEXT',
  'HAS CONCEPT MOD',
  'HAS PROPERTIES',
  'INFERRED FROM',
  'SELECTED FROM',
] as const

const Path = z.string().regex(/^\$[a-zA-Z]+(\.[a-zA-Z]+)*$/, 'a path looks like $segment.verdict')
const NodeSource = z.strictObject({
  if: Path.optional(),
  each: Path.optional(),
  with: Path.optional(),
  as: z.string().optional(),
  relationship: z.enum(RELATIONSHIPS).optional(),
  type: z.enum(VALUE_TYPES).optional(),
  concept: z.string().optional(),
  value: z.string().optional(),
  unit: z.string().optional(),
  template: z.string().optional(),
  observationUid: Path.optional(),
  get items() {
    return z.array(NodeSource).optional()
  },
})
type NodeSource = z.infer<typeof NodeSource>
/** `shared` is only a place for YAML anchors. */
const TemplateSource = z.strictObject({ shared: z.unknown().optional(), document: NodeSource })

export type ModelPath = readonly string[]
export type Operand = { readonly code: Code } | { readonly path: ModelPath }

export interface TemplateItem {
  readonly relationship: (typeof RELATIONSHIPS)[number] | null
  readonly type: ValueType
  readonly concept: Operand | null
  readonly value: Operand | null
  readonly unit: Operand | null
  /** TID, for containers that are the root of a template. */
  readonly template: string | null
  readonly observationUid: ModelPath | null
}

export interface TemplateNode {
  readonly condition: ModelPath | null
  /** `each` true: once per element of the list at the path; false: once, for the value at the path. */
  readonly binding: { readonly path: ModelPath; readonly as: string; readonly each: boolean } | null
  /** Null for a group. */
  readonly item: TemplateItem | null
  readonly items: readonly TemplateNode[]
}

/** What is known at one place of the template: the type of each variable, and which paths an `if` has made sure of. */
interface Scope {
  readonly types: Readonly<Record<string, z.core.$ZodType>>
  readonly present: ReadonlySet<string>
  /** Where we are, for messages: `document > 3 > 1`. */
  readonly place: string
}

/**
 * Reads a template and checks each code key against the dictionary and each path against the model's schema.
 * Throws PlumblineError('bad-config') with the place of the first fault.
 */
export function parseTemplate(yaml: string, dictionary: CodeDictionary, model: z.ZodObject): TemplateNode {
  const source = TemplateSource.safeParse(parse(yaml))
  if (!source.success) throw new PlumblineError('bad-config', `SR template: ${z.prettifyError(source.error)}`)
  const compile = compiler(dictionary)
  return compile(source.data.document, { types: model.shape, present: new Set(), place: 'document' })
}

function compiler(dictionary: CodeDictionary): (source: NodeSource, scope: Scope) => TemplateNode {
  function compile(source: NodeSource, outer: Scope): TemplateNode {
    const condition = source.if === undefined ? null : conditionOf(source.if, outer)
    const guarded =
      source.if === undefined ? outer : { ...outer, present: new Set([...outer.present, source.if]) }
    const binding = bindingOf(source, guarded)
    const scope = binding === null ? guarded : bind(binding.as, binding.type, guarded)
    return {
      condition,
      binding:
        binding === null ? null : { path: binding.path, as: binding.as, each: source.each !== undefined },
      item: source.type === undefined ? groupOf(source, scope) : itemOf(source, source.type, scope),
      items: (source.items ?? []).map((child, index) =>
        compile(child, { ...scope, place: `${scope.place} > ${index + 1}` }),
      ),
    }
  }

  function itemOf(source: NodeSource, type: ValueType, scope: Scope): TemplateItem {
    const kind = VALUE_KINDS[type]
    if ((source.value === undefined) !== (kind === null))
      fault(scope, `${type} ${kind === null ? 'has no' : 'needs a'} value`)
    if ((source.unit === undefined) !== (type !== 'NUM'))
      fault(scope, 'NUM needs a unit, nothing else has one')
    return {
      type,
      relationship: source.relationship ?? null,
      concept: source.concept === undefined ? null : operandOf(source.concept, 'code', scope),
      value: source.value === undefined || kind === null ? null : operandOf(source.value, kind, scope),
      unit: source.unit === undefined ? null : operandOf(source.unit, 'code', scope),
      template: source.template ?? null,
      observationUid:
        source.observationUid === undefined ? null : pathOf(source.observationUid, 'text', scope),
    }
  }

  function operandOf(text: string, kind: Kind, scope: Scope): Operand {
    if (text.startsWith('$')) return { path: pathOf(text, kind, scope) }
    const code = Object.hasOwn(dictionary.codes, text) ? dictionary.codes[text] : undefined
    if (code === undefined || kind !== 'code')
      return fault(scope, `"${text}" is no key of the code dictionary`)
    return { code }
  }

  return compile
}

/** A group has nothing of an item's own. */
function groupOf(source: NodeSource, scope: Scope): null {
  const { if: _if, each: _each, with: _with, as: _as, items, ...rest } = source
  if (items === undefined || Object.keys(rest).length > 0)
    fault(scope, 'a node without a type has items and nothing else')
  return null
}

function conditionOf(text: string, scope: Scope): ModelPath {
  const { schema, path } = resolve(text, scope)
  if (!(schema instanceof z.ZodNullable) && kindOf(schema) !== 'list')
    fault(scope, `${text} is never absent: no "if" needed`)
  return path
}

function bindingOf(
  source: NodeSource,
  scope: Scope,
): { path: ModelPath; as: string; type: z.core.$ZodType } | null {
  const text = source.each ?? source.with
  if (text === undefined && source.as === undefined) return null
  if (
    text === undefined ||
    source.as === undefined ||
    (source.each !== undefined && source.with !== undefined)
  ) {
    return fault(scope, '"as" goes with one of "each" and "with"')
  }
  const { schema, path } = resolve(text, scope)
  const type = unwrap(schema, text, scope)
  if (source.with !== undefined) return { path, as: source.as, type }
  if (!(type instanceof z.ZodArray)) return fault(scope, `${text} is no list`)
  return { path, as: source.as, type: type.element }
}

/** A new variable hides an older one of the same name, and what was known of that. */
function bind(name: string, type: z.core.$ZodType, scope: Scope): Scope {
  const present = [...scope.present].filter((known) => known !== `$${name}` && !known.startsWith(`$${name}.`))
  return { ...scope, types: { ...scope.types, [name]: type }, present: new Set(present) }
}

function pathOf(text: string, kind: Kind, scope: Scope): ModelPath {
  const { schema, path } = resolve(text, scope)
  const inner = unwrap(schema, text, scope)
  if (kindOf(inner) !== kind) fault(scope, `${text} is ${kindOf(inner)}, not ${kind}`)
  return path
}

/** Follows a path through the schemas. What may be absent on the way must be made sure of by an `if`. */
function resolve(text: string, scope: Scope): { schema: z.core.$ZodType; path: ModelPath } {
  const path = text.slice(1).split('.')
  let fields = scope.types
  let schema: z.core.$ZodType | undefined
  for (const [index, name] of path.entries()) {
    schema = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (schema === undefined) return fault(scope, `the report model has no ${text}`)
    if (index === path.length - 1) break
    schema = unwrap(schema, `$${path.slice(0, index + 1).join('.')}`, scope)
    fields = schema instanceof z.ZodObject ? schema.shape : {}
  }
  if (schema === undefined) return fault(scope, `the report model has no ${text}`)
  return { schema, path }
}

/** The type of a value that is there for sure: never null, or under an `if` that says so. */
function unwrap(schema: z.core.$ZodType, text: string, scope: Scope): z.core.$ZodType {
  if (!(schema instanceof z.ZodNullable)) return schema
  return scope.present.has(text)
    ? schema.unwrap()
    : fault(scope, `${text} may be absent: put it under "if: ${text}"`)
}

function kindOf(schema: z.core.$ZodType): Kind {
  if (schema === Code) return 'code'
  if (schema === Reference) return 'reference'
  if (schema === Point) return 'point'
  if (schema instanceof z.ZodString) return 'text'
  if (schema instanceof z.ZodNumber) return 'number'
  return schema instanceof z.ZodArray ? 'list' : 'object'
}

function fault(scope: Scope, message: string): never {
  throw new PlumblineError('bad-config', `SR template at ${scope.place}: ${message}.`)
}
