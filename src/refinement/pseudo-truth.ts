/**
 * Pseudo ground truth: what the mask of a segment should be, from evidence other than its own outline (the reconstruction of
 * HERMES and nnQC, arXiv 2511.09588). Always several samples, so that it is known how far they agree among themselves.
 */
import { fromImage } from './pseudo-truth-image.ts'
import { fromReconstruction } from './pseudo-truth-reconstruction.ts'
import { fromSecond } from './pseudo-truth-second.ts'
import type { PseudoTruthInput, PseudoTruthProvider } from './pseudo-truth-provider.ts'
import type { Cells } from './scene.ts'

export interface PseudoTruth {
  /** Id of the provider, as in PROVIDERS. */
  readonly provider: string
  /** At least three, of varied parameters. */
  readonly samples: readonly Cells[]
  /** What was found in the images: samples whose spread is only assumed are one voice. */
  readonly voices: readonly Cells[]
  /** Where most samples are inside: what prompts are made from. */
  readonly fused: Cells
}

/** The best known first: the first one that can is taken. */
export const PROVIDERS: readonly PseudoTruthProvider[] = [
  {
    id: 'second-segmentation',
    name: 'a second segmentation of the structure in this study',
    quality: 'as good as that segmentation, in which the checks find no critical or major fault',
    spread: 'assumed',
    samples: fromSecond,
  },
  {
    id: 'reconstruction',
    name: 'a model that was trained to reconstruct this structure on such images',
    quality: 'as its card says, next to its weights; docs/measured-refinement.md',
    spread: 'found',
    samples: fromReconstruction,
  },
  {
    id: 'image',
    name: 'intensities and edges of the image around the core of the segment',
    quality: 'docs/measured-refinement.md; no model was trained for this structure',
    spread: 'found',
    samples: fromImage,
  },
]

/** Null where no provider can: a mask without a core, and no second segmentation. */
export async function pseudoTruth(
  input: PseudoTruthInput,
  signal: AbortSignal,
  providers: readonly PseudoTruthProvider[] = PROVIDERS,
): Promise<PseudoTruth | null> {
  for (const provider of providers) {
    signal.throwIfAborted()
    const samples = await provider.samples(input, signal)
    if (samples === null) continue
    const fused = majority(samples)
    const voices = provider.spread === 'found' ? samples : [fused]
    return { provider: provider.id, samples, voices, fused }
  }
  return null
}

function majority(samples: readonly Cells[]): Cells {
  const votes = new Uint8Array(samples[0]?.length ?? 0)
  for (const sample of samples)
    for (let n = 0; n < votes.length; n++) votes[n] = (votes[n] ?? 0) + (sample[n] ?? 0)
  return votes.map((count) => (2 * count > samples.length ? 1 : 0))
}
