/**
 * Events as audit messages of DICOM PS3.15 A.5 (XML, schema A.5.1), which audit record repositories take (IHE ATNA, ITI-20).
 * Where A.5.3 has a message for what happened, its codes and participants are used; the patient, whom those tables want,
 * is not named: the log does not know. Everything else is the same form with codes of our own (A.5.2 allows that).
 */
import type { AuditAgent, AuditEvent } from '../domain/audit-event.ts'
import type { Link } from './chain.ts'
import { element, type Xml } from './xml.ts'

/** Who sends, and which studies the cases are about. */
export interface AtnaContext {
  /** Audit Source ID: this installation, e.g. its host name. */
  readonly sourceId: string
  /** Audit Enterprise Site ID; '' = not said. */
  readonly site: string
  /** Study Instance UID of a case; null where the record does not know it any more. */
  readonly studyOf: (caseId: string) => string | null
}

interface Coded {
  readonly code: string
  readonly system: string
  readonly text: string
}

const dcm = (code: string, text: string): Coded => ({ code, system: 'DCM', text })
const own = (code: string, text: string): Coded => ({ code, system: '99PLUMB', text })

interface Kind {
  readonly id: Coded
  readonly type: Coded | null
  /** C create, R read, U update, D delete, E execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
}

/** PS3.15 A.5.3.6 (accessed), A.5.3.7 (transferred), A.5.3.11 (alert), A.5.3.2 (log used); PS3.16 CID 400, 401. */
const KINDS: Readonly<Record<AuditEvent['kind'], Kind>> = {
  'case-changed': { id: own('case-changed', 'Case changed its state'), type: null, action: 'U' },
  published: { id: dcm('110104', 'DICOM Instances Transferred'), type: null, action: 'C' },
  'model-called': { id: own('model-called', 'Language model was asked'), type: null, action: 'E' },
  reviewed: { id: own('reviewed', 'Verdict was reviewed'), type: null, action: 'C' },
  'sign-off-ended': {
    id: own('sign-off-ended', 'Review stays without a signed report'),
    type: null,
    action: 'U',
  },
  configured: {
    id: dcm('110113', 'Security Alert'),
    type: dcm('110131', 'Software Configuration'),
    action: 'E',
  },
  accessed: { id: own('accessed', 'Cases were accessed'), type: null, action: 'R' },
  'drift-alarmed': { id: own('drift-alarmed', 'Drift alarm'), type: null, action: 'E' },
  'log-used': { id: dcm('110101', 'Audit Log Used'), type: null, action: 'R' },
  'log-pruned': { id: own('log-pruned', 'Old events were deleted'), type: null, action: 'D' },
}

/** One message, without an XML declaration. */
export function atnaMessage(link: Link, event: AuditEvent, context: AtnaContext): string {
  const { id, type, action } = KINDS[event.kind]
  const outcome = isFailure(event) ? '4' : '0'
  return element('AuditMessage', {}, [
    element(
      'EventIdentification',
      { EventActionCode: action, EventDateTime: event.at, EventOutcomeIndicator: outcome },
      [coded('EventID', id), ...(type === null ? [] : [coded('EventTypeCode', type)])],
    ),
    ...participants(event),
    source(context),
    ...objects(link, event, context),
  ]).xml
}

function isFailure(event: AuditEvent): boolean {
  if (event.kind === 'sign-off-ended') return true
  if (event.kind === 'case-changed') return event.state === 'failed'
  return event.kind === 'model-called' && !['ok', 'cached'].includes(event.outcome)
}

/** CID 402. */
const ROLES = {
  application: dcm('110150', 'Application'),
  source: dcm('110153', 'Source Role ID'),
  destination: dcm('110152', 'Destination Role ID'),
} as const

const AGENT_WORDS: Readonly<Record<AuditAgent['kind'], string>> = {
  service: 'application',
  command: 'command line',
  local: 'this machine, without authentication',
  token: 'configured token',
  oidc: 'identity provider',
}

function participants({ kind, agent }: AuditEvent): Xml[] {
  const asks = agent.kind !== 'service'
  const who = participant(agent.name, AGENT_WORDS[agent.kind], asks || kind !== 'published', [
    kind === 'published' ? ROLES.source : ROLES.application,
  ])
  // A.5.3.7 wants both ends. Which program answers for the PACS is not known, only that it is the one configured.
  return kind === 'published' ? [who, participant('PACS', 'configured', false, [ROLES.destination])] : [who]
}

function participant(id: string, words: string, asks: boolean, roles: readonly Coded[]): Xml {
  return element(
    'ActiveParticipant',
    { UserID: id, AlternativeUserID: words, UserIsRequestor: String(asks) },
    roles.map((role) => coded('RoleIDCode', role)),
  )
}

function source({ site, sourceId }: AtnaContext): Xml {
  const attributes = { ...(site !== '' && { AuditEnterpriseSiteID: site }), AuditSourceID: sourceId }
  // 4: application server process.
  return element('AuditSourceIdentification', attributes, [
    element('AuditSourceTypeCode', { 'csd-code': '4' }),
  ])
}

/** Participant Object Type Code Role and ID Type Code of PS3.15 A.5.1.2. */
const [SECURITY_RESOURCE, PROCESSING_ELEMENT] = ['13', '26']
const URI: Coded = { code: '12', system: 'RFC-3881', text: 'URI' }

/** What it is about: the studies of its cases, the log itself, the service; each with the event as it stands in the log. */
function objects(link: Link, event: AuditEvent, context: AtnaContext): Xml[] {
  const details = detailsOf(link)
  if (event.kind === 'log-used' || event.kind === 'log-pruned')
    return [systemObject('plumbline:audit', 'Security Audit Log', SECURITY_RESOURCE, URI, details)]
  const caseIds = 'caseId' in event ? [event.caseId] : event.kind === 'accessed' ? event.cases : []
  const studies = new Set(caseIds.flatMap((caseId) => context.studyOf(caseId) ?? []))
  const described = event.kind === 'published' ? sopClasses(event.instances) : []
  const about = [...studies].map((uid) =>
    element(
      'ParticipantObjectIdentification',
      { ParticipantObjectID: uid, ParticipantObjectTypeCode: '2', ParticipantObjectTypeCodeRole: '3' },
      [
        coded('ParticipantObjectIDTypeCode', dcm('110180', 'Study Instance UID')),
        element('ParticipantObjectName', {}, 'Study'),
        ...described,
      ],
    ),
  )
  return [
    ...about,
    systemObject('plumbline', 'Plumbline', PROCESSING_ELEMENT, own('service', 'Service'), details),
  ]
}

function systemObject(id: string, name: string, role: string, type: Coded, details: readonly Xml[]): Xml {
  return element(
    'ParticipantObjectIdentification',
    { ParticipantObjectID: id, ParticipantObjectTypeCode: '2', ParticipantObjectTypeCodeRole: role },
    [coded('ParticipantObjectIDTypeCode', type), element('ParticipantObjectName', {}, name), ...details],
  )
}

/** The event and its place in the chain, as base64 (ValuePair of the schema): whoever keeps the messages keeps anchors. */
function detailsOf({ sequence, digest, body }: Link): Xml[] {
  const pairs = { sequence: String(sequence), digest, event: body }
  return Object.entries(pairs).map(([type, value]) =>
    element('ParticipantObjectDetail', { type, value: Buffer.from(value).toString('base64') }),
  )
}

function sopClasses(instances: Extract<AuditEvent, { kind: 'published' }>['instances']): Xml[] {
  const classes = new Set(instances.map(({ sopClassUid }) => sopClassUid))
  const described = [...classes].map((uid) => {
    const ofClass = instances.filter(({ sopClassUid }) => sopClassUid === uid)
    return element(
      'SOPClass',
      { UID: uid, NumberOfInstances: String(ofClass.length) },
      ofClass.map(({ sopInstanceUid }) => element('Instance', { UID: sopInstanceUid })),
    )
  })
  return [element('ParticipantObjectDescription', {}, described)]
}

function coded(name: string, { code, system, text }: Coded): Xml {
  return element(name, { 'csd-code': code, codeSystemName: system, originalText: text })
}
