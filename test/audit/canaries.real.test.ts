/** Objects full of canaries (test/support/phi) are judged with everything that writes events: none is in the log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toDicomJson } from '../../src/dicom/json.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import type { StoreItem } from '../../src/ports.ts'
import { canaryDataset, findCanaries, uidsOf } from '../support/phi/canaries.ts'
import { openReplayWorld, type ReplayWorld } from '../support/replay-world.ts'

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000
const { images, seg } = canaryDataset()
const jsonOf = (bytes: Uint8Array) => toDicomJson(readPart10(bytes).dataset, { bulkDataUri: () => null })

function itemOf(bytes: Uint8Array): StoreItem {
  const json = jsonOf(bytes)
  const uid = (tag: string): string => String(json[tag]?.Value?.[0])
  return {
    bytes,
    sopClassUid: uid('00080016'),
    sopInstanceUid: uid('00080018'),
    studyInstanceUid: uid('0020000D'),
    seriesInstanceUid: uid('0020000E'),
  }
}

let world: ReplayWorld
beforeAll(async () => {
  world = await openReplayWorld({ blankPictures: false })
}, SLOW_START_MS)
afterAll(() => world.close())

test('nothing that names the patient, nor a UID of theirs, is in the audit log', async () => {
  const judged = await world.judge('canary', { images: images.map(itemOf), object: itemOf(seg) })
  const ownUids = new Map([...images, seg].flatMap((file) => [...uidsOf(jsonOf(file))]))
  // The record of the case does hold such values: what is searched for can be found.
  expect(findCanaries(JSON.stringify(judged), ownUids)).not.toEqual([])
  const log = JSON.stringify(await world.events())
  expect(log).toContain('"transition":"judge"')
  expect(log).toContain(judged.id)
  expect(findCanaries(log, ownUids)).toEqual([])
})
