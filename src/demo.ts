/** The demo: synthetic patients go into the archive the way any patient does, and the terminal shows what becomes of them. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Case } from './domain/case.ts'
import { PlumblineError } from './errors.ts'
import type { Service } from './main.ts'
import { demoStudies, makeDemoStudy, type DemoStudy } from './phantom/demo.ts'
import type { StoreItem } from './ports.ts'
import type { Terminal } from './terminal.ts'

const WATCH_MS = 200
const ENDED: readonly Case['state'][] = ['done', 'failed']

/** Stores what is not in the archive yet, waits until every demo case has ended, prints the verdicts. */
export async function loadDemo(service: Service, terminal: Terminal, signal: AbortSignal): Promise<Case[]> {
  const studies = demoStudies()
  for (const study of studies) {
    signal.throwIfAborted()
    if (await isStored(study, service, signal)) {
      // A start that was cut off may have stored it without a case.
      await service.checkStudy(study.studyInstanceUid)
      continue
    }
    terminal.line(
      `Storing ${study.patient.studyDescription} (${study.images.length} images, ${study.segmentations.length} segmentations)`,
    )
    const { images, segmentations } = makeDemoStudy(study)
    await storeAll(images, service, signal)
    await storeAll(segmentations, service, signal)
  }
  const cases = await waitForVerdicts(studies, service, signal)
  terminal.line('')
  terminal.table(cases)
  terminal.line('')
  terminal.line(
    `Open ${service.url ?? ''}/ to see the verdicts beside the images, ${service.url ?? ''}/overview for a plain page of them. ` +
      'Everything shown is synthetic. Ctrl-C ends.',
  )
  return cases
}

async function isStored(
  { images, segmentations }: DemoStudy,
  { pacs }: Service,
  signal: AbortSignal,
): Promise<boolean> {
  for (const ref of [...images.slice(-1), ...segmentations])
    if (!(await pacs.holds(ref, signal))) return false
  return true
}

async function storeAll(items: readonly StoreItem[], { pacs }: Service, signal: AbortSignal): Promise<void> {
  const refused = (await pacs.store(items, signal)).find(({ stored }) => !stored)
  if (refused === undefined) return
  throw new PlumblineError('pacs-refused', `A demo instance could not be stored: ${refused.reason}`)
}

async function waitForVerdicts(
  studies: readonly DemoStudy[],
  { caseStore }: Service,
  signal: AbortSignal,
): Promise<Case[]> {
  const expected = new Set(
    studies.flatMap(({ segmentations }) => segmentations.map(({ sopInstanceUid }) => sopInstanceUid)),
  )
  for (;;) {
    const pages = await Promise.all(
      studies.map(({ studyInstanceUid }) => caseStore.list({ studyInstanceUid, limit: 100 })),
    )
    const cases = pages
      .flatMap((page) => page.cases)
      .filter(({ object }) => expected.has(object.sopInstanceUid))
    if (cases.length >= expected.size && cases.every(({ state }) => ENDED.includes(state))) return cases
    await delay(WATCH_MS, undefined, { signal })
  }
}
