/** The OpenAPI 3.1 document, made from the same rows and schemas that the routes run on. */
import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import { Problem, STATUS_OF_CODE } from './problem.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

const TAGS = [
  { name: 'cases', description: 'A case is one check of one segmentation object under one policy.' },
  { name: 'reports', description: 'How the segmentations of a period were judged.' },
  { name: 'operations', description: 'For those who run the service.' },
]
/** Problems that any route may answer with. */
const COMMON_PROBLEMS: readonly ErrorCode[] = ['bad-request', 'unauthorized', 'forbidden']

/** One JSON document; named schemas (`.meta({ id })`) stand once under components. */
export function openApiDocument(routes: readonly Route[], version: string, pathPrefix = ''): Json {
  const schemas = schemaSet(routes)
  const paths: Record<string, Json> = {}
  for (const row of routes) paths[row.path] = { ...paths[row.path], [row.method]: operation(row, schemas.of) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plumbline',
      version,
      description:
        'Quality control of the segmentations in a PACS. Judges the segmentation, never the disease.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: pathPrefix === '' ? '/' : pathPrefix }],
    tags: TAGS,
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A configured token or a JWT. Not asked for when no authentication is configured (loopback only).',
        },
      },
    },
  }
}

function operation(row: Route, schemaOf: (schema: z.ZodType) => Json): Json {
  return {
    operationId: row.operationId,
    summary: row.summary,
    tags: [row.tag],
    ...(row.open ? { security: [] } : {}),
    parameters: [...parameters('path', row.params), ...parameters('query', row.query)],
    ...(row.body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(row.body) } },
      },
    }),
    responses: { ...answers(row, schemaOf), ...problems(row) },
  }
}

function answers(row: Route, schemaOf: (schema: z.ZodType) => Json): Json {
  return Object.fromEntries(
    Object.entries(row.responses).map(([status, { description, contentType, schema, alsoAs = [] }]) => [
      status,
      {
        description,
        content: {
          [contentType]: { schema: schemaOf(schema) },
          ...Object.fromEntries(alsoAs.map((type) => [type, {}])),
        },
      },
    ]),
  )
}

/** One answer per status; it names the codes that come with it. */
function problems(row: Route): Json {
  const common = row.open ? (['bad-request'] as const) : COMMON_PROBLEMS
  const byStatus = new Map<number, string[]>()
  for (const code of [...common, ...row.problems]) {
    const { status, retryable } = STATUS_OF_CODE[code]
    for (const each of new Set([status, retryable ?? status]))
      byStatus.set(each, [...(byStatus.get(each) ?? []), code])
  }
  byStatus.set(500, ['internal'])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: `Problem: ${codes.join(', ')}.`,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

/** Parameters are read on their own, so a schema that is named elsewhere is written out in place. */
function parameters(where: 'path' | 'query', schema: z.ZodType): Json[] {
  const { properties = {}, required = [], $defs = {} } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: inlined(property, $defs),
  }))
}

type Definitions = NonNullable<z.core.JSONSchema.JSONSchema['$defs']>

function inlined(property: z.core.JSONSchema._JSONSchema, definitions: Definitions): Json {
  if (typeof property === 'boolean') return property ? {} : { not: {} }
  const { $ref, ...own } = property
  return { ...definitions[$ref?.replace('#/$defs/', '') ?? ''], ...own }
}

/** Every schema of the rows, so that what they share is one component: of answers as they leave, of bodies as they come. */
function schemaSet(routes: readonly Route[]): { components: Json; of: (schema: z.ZodType) => Json } {
  const answered = routes.flatMap((row) => Object.values(row.responses).map(({ schema }) => schema))
  const bodies = routes.flatMap(({ body }) => body ?? [])
  const converted = [convert([Problem, ...answered], 'output'), convert(bodies, 'input')]
  return {
    components: sorted(Object.assign({}, ...converted.map(({ components }) => components).toReversed())),
    of: (schema) => converted.find(({ schemas }) => schemas.has(schema))?.schemas.get(schema) ?? {},
  }
}

/** Objects of answers stay open: an answer may gain fields, and a client that refuses unknown ones would break. */
function convert(
  all: readonly z.ZodType[],
  io: 'input' | 'output',
): { components: Json; schemas: Map<z.ZodType, Json> } {
  const names = new Map(all.map((schema, index) => [schema, `s${index}`]))
  const together = z.object(Object.fromEntries([...names].map(([schema, name]) => [name, schema])))
  const { properties = {}, $defs = {} } = z.toJSONSchema(together, {
    io,
    override: ({ jsonSchema }) => {
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      delete jsonSchema.id
    },
  })
  const document: { properties: Record<string, Json>; $defs: Json } = JSON.parse(
    JSON.stringify({ properties, $defs }).replaceAll('#/$defs/', '#/components/schemas/'),
  )
  return {
    components: document.$defs,
    schemas: new Map([...names].map(([schema, name]) => [schema, document.properties[name] ?? {}])),
  }
}

function sorted(record: Json): Json {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
