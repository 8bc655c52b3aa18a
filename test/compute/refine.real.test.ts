/** A better mask is looked for in a thread: stopped at any moment it leaves nothing behind, and the next try is whole. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { summariseSeries } from '../../src/dicom/summary.ts'
import { PlumblineError } from '../../src/errors.ts'
import { openJudge } from '../../src/judge-adapters.ts'
import type { Assessment, RefinedSegment } from '../../src/ports.ts'
import { locateSource } from '../../src/target/source-series.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { REFINEMENT } from '../support/refinement.ts'

const SPLEEN = 2
/** Of the time that it takes; later ones are faster than the first, whose thread has to start. */
const STOPPED_AFTER_SHARES = [0, 0.01, 0.05, 0.1, 0.2, 0.3]
const LIMIT_MS = 180_000

const { compute } = openJudge(loadConfig(null, {}))
afterAll(() => compute.close())

let assessment: Assessment
beforeAll(async () => {
  const study = makeStudy('ct-2')
  const { signal } = new AbortController()
  const object = objectOf(study, 'spleen-slices-missing').bytes.slice()
  const segmentation = await compute.readSegmentation(object, signal)
  const files = study.images.map(({ bytes }) => bytes.slice())
  const series = summariseSeries(files.map((file) => readPart10(file).dataset))
  const location = locateSource(segmentation, series === null ? [] : [series])
  assessment = await compute.assess({ segmentation, images: files, location, seconds: [], norms: [] }, signal)
}, LIMIT_MS)

function refined(signal: AbortSignal): Promise<RefinedSegment | null> {
  if (assessment.refine === undefined) throw new Error('the images were not read')
  return assessment.refine(SPLEEN, { ...REFINEMENT, segments: 'rejected' }, signal)
}

it(
  'is stopped at any moment, and comes out the same afterwards',
  async () => {
    const began = performance.now()
    const before = await refined(new AbortController().signal)
    expect(before?.correction.outcome).toBe('proposed')
    const tookMs = performance.now() - began
    for (const share of STOPPED_AFTER_SHARES) {
      const stopped = AbortSignal.timeout(Math.round(share * tookMs))
      const failed: unknown = await refined(stopped).catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(PlumblineError)
      expect(failed).toMatchObject({ code: 'timeout', message: 'Measuring was cancelled.' })
    }
    expect(await refined(new AbortController().signal)).toEqual(before)
  },
  LIMIT_MS,
)
