import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SegmentView } from '../../ohif-extension/src/viewer-port.ts'
import { createOhifViewer } from '../../ohif-extension/src/viewer/ohif-viewer.ts'
import { createFakeHost, imageId, imageSet, objectSet } from './fake-host.ts'

/** Longer than any limit of the viewer. */
const FOREVER_MS = 300_000

const CT = imageSet('ct', [{}, {}, {}])
const PET = imageSet('pet', [{}, {}])
const SEG = objectSet('seg', 'ct')
const view = (some: Partial<SegmentView>): SegmentView => ({
  objectSopInstanceUid: 'seg.object',
  objectSeriesInstanceUid: 'seg.series',
  segmentNumber: 1,
  place: { sopInstanceUid: 'ct.2', frameNumber: null },
  ...some,
})

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

async function shown(fake: ReturnType<typeof createFakeHost>, wanted: SegmentView) {
  const answer = createOhifViewer(fake.host).show(wanted)
  await vi.advanceTimersByTimeAsync(FOREVER_MS)
  return answer
}

describe('showing a segment at a place', () => {
  it('adds the object as a layer and goes to the image of that instance', async () => {
    const fake = createFakeHost({ displaySets: [PET, CT, SEG], shown: ['ct'] })
    expect(await shown(fake, view({}))).toEqual({ ok: true })
    expect(fake.shown()).toEqual(['ct', 'seg'])
    expect(fake.visited.at(-1)).toBe(imageId('ct.2'))
  })

  it('brings the images in when other ones are shown', async () => {
    const fake = createFakeHost({ displaySets: [PET, CT, SEG], shown: ['pet'] })
    expect(await shown(fake, view({}))).toEqual({ ok: true })
    expect(fake.shown()).toEqual(['ct', 'seg'])
  })

  it('goes to one frame of a multi-frame instance', async () => {
    const enhanced = imageSet('ct', [{ NumberOfFrames: 20 }])
    const fake = createFakeHost({ displaySets: [enhanced, SEG], shown: ['ct'] })
    await shown(fake, view({ place: { sopInstanceUid: 'ct.0', frameNumber: 7 } }))
    expect(fake.visited.at(-1)).toBe(imageId('ct.0', 7))
  })

  it('stays where the reader is without a place', async () => {
    const fake = createFakeHost({ displaySets: [CT, SEG], shown: ['ct'] })
    expect(await shown(fake, view({ place: null }))).toEqual({ ok: true })
    expect(fake.visited).toEqual([])
  })

  it('waits for a study that is just being opened', async () => {
    const fake = createFakeHost({ displaySets: [CT], shown: ['ct'] })
    const answer = createOhifViewer(fake.host).show(view({}))
    await vi.advanceTimersByTimeAsync(1000)
    fake.open(SEG)
    await vi.advanceTimersByTimeAsync(FOREVER_MS)
    expect(await answer).toEqual({ ok: true })
  })

  it('dims the other segments', async () => {
    const fake = createFakeHost({ displaySets: [CT, SEG], shown: ['ct'], segments: [1, 2] })
    await shown(fake, view({ segmentNumber: 2 }))
    const fills = fake.styles.map(({ of, style }) => [of.segmentIndex, style.fillAlpha ?? NaN] as const)
    const [[, first], [, second]] = fills as [readonly [number, number], readonly [number, number]]
    expect(fills.map(([number]) => number)).toEqual([1, 2])
    expect(first).toBeLessThan(second)
  })
})

describe('what cannot be shown is said', () => {
  it.each([
    {
      name: 'images of another study',
      sets: [CT, SEG],
      view: view({ place: { sopInstanceUid: '9.9', frameNumber: null } }),
      reason: /has not loaded the image of this slice/,
    },
    {
      name: 'an older object of a series',
      sets: [CT, SEG],
      view: view({ objectSopInstanceUid: 'older' }),
      reason: /The slice is shown, but not the segmentation.*newest object of a series only/,
    },
    {
      name: 'an object of a series that is not loaded',
      sets: [CT],
      view: view({}),
      reason: /has not loaded this segmentation object/,
    },
    {
      name: 'an object whose images are elsewhere',
      sets: [CT, objectSet('seg', 'elsewhere')],
      view: view({ place: null }),
      reason: /images that the segmentation object names are not in this study/,
    },
    {
      name: 'a segment without a voxel',
      sets: [CT, SEG],
      view: view({ segmentNumber: 5 }),
      reason: /segment holds nothing/,
    },
  ])('$name', async ({ sets, view: wanted, reason }) => {
    const answer = await shown(createFakeHost({ displaySets: sets, shown: ['ct'] }), wanted)
    expect(answer).toEqual({ ok: false, reason: expect.stringMatching(reason) })
  })

  it('an object that never loads; its slice is shown meanwhile', async () => {
    const fake = createFakeHost({ displaySets: [CT, SEG], shown: ['ct'], loadsObjects: false })
    const answer = createOhifViewer(fake.host).show(view({}))
    await vi.advanceTimersByTimeAsync(1000)
    expect(fake.visited).toEqual([imageId('ct.2')])
    await vi.advanceTimersByTimeAsync(FOREVER_MS)
    expect(await answer).toMatchObject({ ok: false, reason: expect.stringMatching(/did not load/) })
  })

  it('what was asked for before something newer', async () => {
    const fake = createFakeHost({ displaySets: [CT], shown: ['ct'] })
    const viewer = createOhifViewer(fake.host)
    const older = viewer.show(view({}))
    const newer = viewer.show(view({ place: { sopInstanceUid: 'ct.1', frameNumber: null } }))
    fake.open(SEG)
    await vi.advanceTimersByTimeAsync(FOREVER_MS)
    expect(await older).toMatchObject({ ok: false, reason: expect.stringMatching(/meanwhile/) })
    expect(await newer).toEqual({ ok: true })
    expect(fake.visited.at(-1)).toBe(imageId('ct.1'))
  })
})

describe('the studies that are open', () => {
  it('are told once each, and only when they change', () => {
    const fake = createFakeHost({ displaySets: [CT, SEG] })
    const viewer = createOhifViewer(fake.host)
    let calls = 0
    const stop = viewer.onStudiesChanged(() => calls++)
    fake.open({ ...PET, displaySetInstanceUID: 'same study' })
    expect(calls).toBe(0)
    fake.open({ ...PET, StudyInstanceUID: '2.2' })
    expect(viewer.studyInstanceUids()).toEqual(['1.1', '2.2'])
    expect(calls).toBe(1)
    stop()
    fake.open({ ...PET, StudyInstanceUID: '3.3' })
    expect(calls).toBe(1)
  })
})
