import { createHash } from 'node:crypto'
import type { Response } from 'express'
import { z } from 'zod'
import { PlumblineError } from '../errors.ts'
import type { CaseFilter, CaseStore, Intake } from '../ports.ts'
import { Case, type SegmentResult } from '../domain/case.ts'
import { SegmentPrompts } from '../domain/correction.ts'
import { ErrorMask, type SegmentErrors } from '../domain/error-mask.ts'
import type { Logger } from '../log.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import { NOTHING, route, type Route } from './route.ts'
import {
  CasePage,
  CaseParams,
  CasesQuery,
  CheckedStudy,
  FigureParams,
  PageQuery,
  SegmentParams,
  StudyParams,
  StudySummaries,
  SummaryQuery,
} from './schemas.ts'

const JSON_TYPE = 'application/json'
/** Bytes, which OpenAPI 3.1 describes by their media type alone. */
const Png = z.any().meta({ contentMediaType: 'image/png' })

/** The cases, and asking for one. */
export function caseRoutes({
  caseStore,
  intake,
  blindReading,
  log,
  accessed,
}: {
  caseStore: CaseStore
  blindReading: BlindReading
  intake: Intake
  log: Logger
  accessed: RecordAccess
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/cases',
      operationId: 'listCases',
      summary: 'Cases, newest first, filtered and paged',
      tag: 'cases',
      params: NOTHING,
      query: CasesQuery,
      responses: { 200: { description: 'One page of cases.', contentType: JSON_TYPE, schema: CasePage } },
      problems: [],
      open: false,
      async handle({ query }, response) {
        const { study, ...rest } = query
        if (query.verdict !== undefined) blindReading.requireOpen(response)
        const page = await caseStore.list(filterOf({ ...rest, studyInstanceUid: study }))
        await accessed(response, idsOf(page.cases))
        response.json(await blindReading.pageShown(response, page))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/cases/{id}',
      operationId: 'getCase',
      summary: 'One case with its evidence, findings, opinion and verdict',
      tag: 'cases',
      params: CaseParams,
      query: NOTHING,
      responses: { 200: { description: 'The case.', contentType: JSON_TYPE, schema: Case } },
      problems: ['not-found'],
      open: false,
      async handle({ params }, response) {
        const found = await caseStore.get(params.id)
        if (found === null) throw new PlumblineError('not-found', 'There is no case with this id.')
        await accessed(response, [found.id])
        response.json(await blindReading.shown(response, found))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/studies/summary',
      operationId: 'summarizeStudies',
      summary: 'What a study list shows: counts of verdicts per study; studies without a case are left out',
      tag: 'cases',
      params: NOTHING,
      query: SummaryQuery,
      responses: { 200: { description: 'The summaries.', contentType: JSON_TYPE, schema: StudySummaries } },
      problems: [],
      open: false,
      async handle({ query }, response) {
        blindReading.requireOpen(response)
        const studies = await caseStore.summaries(query.study)
        await accessed(response, [])
        response.json({ studies })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/cases/{id}/segments/{number}/error-mask',
      operationId: 'getErrorMask',
      summary:
        'Where a segment is wrong, finding by finding, in pixels of the images it was measured against',
      tag: 'cases',
      params: SegmentParams,
      query: NOTHING,
      responses: { 200: { description: 'The error mask.', contentType: JSON_TYPE, schema: ErrorMask } },
      problems: ['not-found'],
      open: false,
      async handle({ params }, response) {
        await requireScored(params.id, response, (segment) => segment.number === params.number)
        const found = await caseStore.errorMask(params.id, params.number)
        if (found === null)
          throw new PlumblineError('not-found', 'There is no error mask of this segment.', {
            nextStep: 'A segment has one where the case says `errorMask` in one of its findings.',
          })
        await accessed(response, [params.id])
        response.json(errorMaskOf(params.id, found))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/cases/{id}/segments/{number}/prompts',
      operationId: 'getPrompts',
      summary: 'What a promptable model is told to better a rejected segment, in pixels of its images',
      tag: 'cases',
      params: SegmentParams,
      query: NOTHING,
      responses: { 200: { description: 'The prompts.', contentType: JSON_TYPE, schema: SegmentPrompts } },
      problems: ['not-found'],
      open: false,
      async handle({ params }, response) {
        await requireScored(params.id, response, (segment) => segment.number === params.number)
        const found = await caseStore.prompts(params.id, params.number)
        if (found === null)
          throw new PlumblineError('not-found', 'There are no prompts for this segment.', {
            nextStep: 'A segment has some where `correction` of the case says that a model was asked.',
          })
        await accessed(response, [params.id])
        response.json(found)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/cases/{id}/figures/{name}.png',
      operationId: 'getFigure',
      summary: 'One sheet of pictures of a segment; the case lists them and says what each shows',
      tag: 'cases',
      params: FigureParams,
      query: NOTHING,
      responses: { 200: { description: 'The sheet.', contentType: 'image/png', schema: Png } },
      problems: ['not-found'],
      open: false,
      async handle({ params }, response) {
        await requireScored(params.id, response, ({ figures = [] }) =>
          figures.some(({ name }) => name === params.name),
        )
        const png = await caseStore.figure(params.id, params.name)
        if (png === null)
          throw new PlumblineError('not-found', 'The case has no figure of this name.', {
            nextStep: 'The case names its figures under each segment.',
          })
        await accessed(response, [params.id])
        // Kept by the viewer alone, and asked for again by its ETag: a case that is judged again gets new ones.
        response.set('Cache-Control', 'private, no-cache').set('ETag', etagOf(png))
        response.type('png').send(Buffer.from(png))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/studies/{uid}/cases',
      operationId: 'listStudyCases',
      summary: 'Cases of one study, newest first; empty when Plumbline has seen no segmentation of it',
      tag: 'cases',
      params: StudyParams,
      query: PageQuery,
      responses: { 200: { description: 'One page of cases.', contentType: JSON_TYPE, schema: CasePage } },
      problems: [],
      open: false,
      async handle({ params, query }, response) {
        const page = await caseStore.list(filterOf({ ...query, studyInstanceUid: params.uid }))
        await accessed(response, idsOf(page.cases))
        response.json(await blindReading.pageShown(response, page))
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/studies/{uid}/check',
      operationId: 'checkStudy',
      summary:
        'Queue a check of every SEG and RTSTRUCT of one study; what was checked already is returned as it is',
      tag: 'cases',
      params: StudyParams,
      query: NOTHING,
      responses: {
        202: {
          description:
            'The cases of the study. With the request header `Prefer: respond-async`, for a PACS that calls under a lock of its own: none yet, the PACS is asked after the answer.',
          contentType: JSON_TYPE,
          schema: CheckedStudy,
        },
      },
      problems: ['not-found', 'limit-exceeded', 'pacs-unreachable', 'pacs-refused', 'timeout'],
      open: false,
      async handle({ params, request }, response) {
        const checked = intake.checkStudy(params.uid)
        // A PACS that notifies under a lock of its own (Orthanc's Lua) cannot answer our questions before we answer it.
        if (/\brespond-async\b/i.test(request.get('prefer') ?? '')) {
          checked.catch((err: unknown) => log.warn('a study that was to be checked could not be', { err }))
          await accessed(response, [])
          response.set('Preference-Applied', 'respond-async').status(202).json({ cases: [] })
          return
        }
        const { cases } = await blindReading.pageShown(response, { cases: await checked, nextCursor: null })
        await accessed(response, idsOf(cases))
        response.status(202).json({ cases })
      },
    }),
  ]

  /** Blind reading: pictures, error masks and prompts of a segment tell its verdict. */
  async function requireScored(
    caseId: string,
    response: Response,
    isMeant: (segment: SegmentResult) => boolean,
  ): Promise<void> {
    if (!blindReading.holdsFor(response)) return
    const judged = await caseStore.get(caseId)
    if (judged === null || !judged.segments.some(isMeant)) return
    const shown = await blindReading.shown(response, judged)
    if (!shown.segments.some(isMeant)) blindReading.requireOpen(response)
  }
}

const idsOf = (cases: readonly Case[]): string[] => cases.map(({ id }) => id)

/** RFC 9110 8.8.3, of the bytes themselves. */
function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`
}

function errorMaskOf(caseId: string, { segmentNumber, errors }: SegmentErrors): ErrorMask {
  return {
    caseId,
    segmentNumber,
    errors: errors.map(({ planes, ...error }) => ({
      ...error,
      planes: planes.map(({ runs, ...plane }) => ({ ...plane, runs: Array.from(runs) })),
    })),
  }
}

type Asked = { readonly [Key in keyof CaseFilter]: CaseFilter[Key] | undefined } & { readonly limit: number }

/** A filter without the keys that were not asked for. */
export function filterOf({ limit, studyInstanceUid, state, verdict, cursor }: Asked): CaseFilter {
  return {
    limit,
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
    ...(state === undefined ? {} : { state }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(cursor === undefined ? {} : { cursor }),
  }
}
