/** The smallest value that fits a strict schema: what a model without anything to say answers. */

type Schema = Readonly<Record<string, unknown>>

export function smallestOf(schema: Schema | null): unknown {
  return schema === null ? {} : smallest(schema, schema)
}

function smallest(node: Schema, root: Schema): unknown {
  const { $ref: reference, const: constant, enum: values, anyOf, type } = node
  if (typeof reference === 'string') return smallest(definition(reference, root), root)
  if (constant !== undefined) return constant
  if (Array.isArray(values)) return values[0]
  if (Array.isArray(anyOf)) return smallest(anyOf[0] as Schema, root)
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(node['properties'] as Record<string, Schema>).map(([name, one]) => [
          name,
          smallest(one, root),
        ]),
      )
    case 'array':
      return Array.from({ length: Number(node['minItems'] ?? 0) }, () =>
        smallest(node['items'] as Schema, root),
      )
    case 'string':
      return ''
    case 'integer':
    case 'number':
      return (
        node['minimum'] ?? (node['exclusiveMinimum'] === undefined ? 0 : Number(node['exclusiveMinimum']) + 1)
      )
    case 'boolean':
      return false
    default:
      return null
  }
}

/** `#/$defs/name`, or the root itself. */
function definition(reference: string, root: Schema): Schema {
  const steps = reference.split('/').slice(1)
  return steps.reduce((node, step) => node[step] as Schema, root)
}
