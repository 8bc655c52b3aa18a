/** Demo objects judged by the real main path, with what their reports were written from. */
import { toDicomJson } from '../../src/dicom/json.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { openJudge } from '../../src/judge-adapters.ts'
import { loadConfig } from '../../src/config.ts'
import { judge } from '../../src/pipeline.ts'
import type {
  DicomJson,
  InstanceFile,
  InstanceRef,
  Pacs,
  Pipeline,
  ReportInput,
  StoreItem,
} from '../../src/ports.ts'
import type { DemoPatient } from '../../src/phantom/demo-cases.ts'
import { demoStudies } from '../../src/phantom/demo.ts'
import { unjudged, type Case } from '../../src/domain/case.ts'
import { NO_REFINEMENT } from '../support/refinement.ts'
import { fileBytes } from '../support/file-bytes.ts'
import { makeStudy } from '../support/demo-data.ts'
import { createMemoryPacs, type MemoryInstance } from '../support/memory-pacs.ts'

export interface JudgedDemo {
  readonly demoCase: string
  readonly case: Case
  /** What the report was written from. */
  readonly input: ReportInput
  /** The report as an archive gives it. */
  readonly report: DicomJson
}

/** Every object of one demo patient, or those named, in the order of the demo. */
export async function judgeDemo(
  patient: DemoPatient['id'],
  only: readonly string[] | null = null,
): Promise<JudgedDemo[]> {
  const study = makeStudy(patient)
  const memory = createMemoryPacs()
  memory.add(...study.images.map((item) => held(item, patient.startsWith('ct') ? 'CT' : 'MR')))
  memory.add(...study.segmentations.map((item) => held(item, modalityOf(item))))
  const pacs = givingCopies(memory)
  const listed = demoStudies().find(({ studyInstanceUid }) => studyInstanceUid === study.studyInstanceUid)
  const parts = openJudge(loadConfig(null, {}))
  const judged: JudgedDemo[] = []
  try {
    for (const ref of listed?.segmentations ?? []) {
      if (only !== null && !only.includes(ref.caseId)) continue
      judged.push({
        demoCase: ref.caseId,
        ...(await judgeObject(ref, { ...parts, ...NO_REFINEMENT, pacs, ...ALONE })),
      })
    }
  } finally {
    await parts.compute.close()
  }
  return judged
}

const ALONE: Pick<Pipeline, 'localNorms' | 'readiness' | 'onStage' | 'secondObjectsMax'> = {
  localNorms: async () => [],
  readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
  onStage: () => {},
  secondObjectsMax: 0,
}

async function judgeObject(ref: InstanceRef, parts: Pipeline): Promise<Omit<JudgedDemo, 'demoCase'>> {
  const inputs: ReportInput[] = []
  const reports: Pipeline['reports'] = {
    verdictReports(input) {
      inputs.push(input)
      return parts.reports.verdictReports(input)
    },
  }
  const subject = receivedCase(ref, parts)
  const outcome = await judge(subject, { ...parts, reports }, new AbortController().signal)
  const [input] = inputs
  if (outcome.kind !== 'judged' || input === undefined) throw new Error('the demo object was not judged')
  const stored = outcome.outbox.find(
    ({ sopInstanceUid }) => sopInstanceUid === outcome.judgement.reports[0]?.sopInstanceUid,
  )
  if (stored === undefined) throw new Error('the demo object got no report')
  return { case: { ...subject, ...outcome.judgement, state: 'done' }, input, report: jsonOf(stored) }
}

function receivedCase(ref: InstanceRef, { version, policyDigest }: Pipeline): Case {
  const now = new Date().toISOString()
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid } = ref
  return {
    id: `case of ${sopInstanceUid}`,
    studyInstanceUid,
    state: 'running',
    object: {
      modality: modalityOf(ref),
      sopClassUid,
      sopInstanceUid,
      seriesInstanceUid,
      label: '',
      producer: { manufacturer: '', algorithm: '', version: '' },
    },
    provenance: { version, policy: policyDigest, models: [] },
    ...unjudged(),
    receivedAt: now,
    updatedAt: now,
  }
}

/** The report as DICOM JSON, the way the archive makes it of the file. */
export function jsonOf({ bytes }: StoreItem): DicomJson {
  return toDicomJson(readPart10(bytes).dataset, { bulkDataUri: () => null })
}

/** Bytes that are handed to a thread are gone here; the next object of the study needs them too. */
function givingCopies(pacs: Pacs): Pacs {
  return {
    ...pacs,
    retrieveInstance: async (ref, signal) => copyOf(await pacs.retrieveInstance(ref, signal)),
    retrieveSeries: async (study, series, signal) =>
      (await pacs.retrieveSeries(study, series, signal)).map(copyOf),
  }
}

function copyOf(file: InstanceFile): Uint8Array {
  return Uint8Array.from(fileBytes(file))
}

function modalityOf({ sopClassUid }: Pick<InstanceRef, 'sopClassUid'>): 'SEG' | 'RTSTRUCT' {
  return sopClassUid === '1.2.840.10008.5.1.4.1.1.481.3' ? 'RTSTRUCT' : 'SEG'
}

function held(item: StoreItem, modality: string): MemoryInstance {
  const dataset = readPart10(item.bytes, { untilPixelData: true }).dataset
  const metadata = toDicomJson(dataset, { bulkDataUri: () => null })
  return { ...item, modality, studyDate: '20250303', metadata }
}
