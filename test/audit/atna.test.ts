import { describe, expect, test } from 'vitest'
import { atnaMessage, type AtnaContext } from '../../src/audit/atna.ts'
import { chainOf, JUDGED, ONE_OF_EACH, parsed } from './events.ts'

const CONTEXT: AtnaContext = {
  sourceId: 'qc.example.org',
  site: 'Clinic "A" & <B>',
  studyOf: (caseId) => (caseId === 'case-1' ? '1.2.840.1' : null),
}
const CHECKPOINT = {
  kind: 'log-pruned',
  agent: { kind: 'service', name: 'plumbline' },
  through: 1,
  digest: 'ab'.repeat(32),
  newestAt: '2025-01-01T00:00:00.000Z',
} as const
const LINKS = chainOf([...ONE_OF_EACH, CHECKPOINT])
const messages = LINKS.map((link) => ({
  kind: parsed(link).kind,
  xml: atnaMessage(link, parsed(link), CONTEXT),
}))
const messageOf = (kind: string): string => messages.find((one) => one.kind === kind)?.xml ?? ''

/**
 * The schema of PS3.15 A.5.1 as far as it is used: attributes (`?` = may be absent) and children in their order, as a
 * regular expression over their names.
 */
const CODED = { attributes: 'csd-code codeSystemName originalText', children: /^$/ }
const SCHEMA: Readonly<Record<string, { attributes: string; children: RegExp }>> = {
  AuditMessage: {
    attributes: '',
    children:
      /^EventIdentification (ActiveParticipant )+AuditSourceIdentification (ParticipantObjectIdentification )*$/,
  },
  EventIdentification: {
    attributes: 'EventActionCode EventDateTime EventOutcomeIndicator',
    children: /^EventID (EventTypeCode )*$/,
  },
  ActiveParticipant: {
    attributes: 'UserID AlternativeUserID? UserName? UserIsRequestor',
    children: /^(RoleIDCode )*$/,
  },
  AuditSourceIdentification: {
    attributes: 'AuditEnterpriseSiteID? AuditSourceID',
    children: /^(AuditSourceTypeCode )*$/,
  },
  AuditSourceTypeCode: { attributes: 'csd-code', children: /^$/ },
  ParticipantObjectIdentification: {
    attributes: 'ParticipantObjectID ParticipantObjectTypeCode ParticipantObjectTypeCodeRole',
    children:
      /^ParticipantObjectIDTypeCode ParticipantObjectName (ParticipantObjectDetail )*(ParticipantObjectDescription )*$/,
  },
  ParticipantObjectName: { attributes: '', children: /^$/ },
  ParticipantObjectDetail: { attributes: 'type value', children: /^$/ },
  ParticipantObjectDescription: { attributes: '', children: /^(SOPClass )*$/ },
  SOPClass: { attributes: 'UID? NumberOfInstances', children: /^(Instance )*$/ },
  Instance: { attributes: 'UID', children: /^$/ },
  EventID: CODED,
  EventTypeCode: CODED,
  RoleIDCode: CODED,
  ParticipantObjectIDTypeCode: CODED,
}

/** What is wrong with the message by the schema; also when it is not well-formed. */
function faultsOf(xml: string): string[] {
  const faults: string[] = []
  const open: { name: string; children: string }[] = [{ name: '', children: '' }]
  const token = /<(\/?)(\w+)((?: [\w-]+="[^"<]*")*)(\/?)>|[^<>]+/gy
  let end = 0
  const close = () => {
    const done = open.pop()
    if (done !== undefined && !SCHEMA[done.name]?.children.test(done.children))
      faults.push(`${done.name}: ${done.children}`)
  }
  for (const [all, closing, name, attributes = '', selfClosing] of xml.matchAll(token)) {
    end += all.length
    if (/&(?!(amp|lt|gt|quot);)/.test(all)) faults.push(`entity in ${all}`)
    if (name === undefined) continue
    if (closing === '/') {
      if (open.at(-1)?.name !== name) faults.push(`</${name}>`)
      close()
      continue
    }
    const parent = open.at(-1)
    if (parent !== undefined) parent.children += `${name} `
    const given = [...attributes.matchAll(/ ([\w-]+)="[^"]*"/g)].map(([, attribute]) => attribute)
    const known = (SCHEMA[name]?.attributes ?? '').split(' ').filter((attribute) => attribute !== '')
    const missing = known.filter((one) => !one.endsWith('?') && !given.includes(one))
    const strange = given.filter((one) => !known.includes(`${one}`) && !known.includes(`${one}?`))
    if (SCHEMA[name] === undefined || missing.length + strange.length > 0) faults.push(`${name}${attributes}`)
    open.push({ name, children: '' })
    if (selfClosing === '/') close()
  }
  if (end !== xml.length || open.length !== 1) faults.push('it is not well-formed')
  return faults
}

test.each(messages)('$kind is a message by the schema of A.5.1', ({ xml }) => {
  expect(faultsOf(xml)).toEqual([])
})

test('the check finds what is wrong', () => {
  const xml = messageOf('accessed')
  for (const wrong of [
    xml.replace('UserIsRequestor', 'Requestor'),
    xml.replace('<EventID ', '<EventName '),
    xml.replace(/<AuditSourceIdentification.*?<\/AuditSourceIdentification>/, ''),
    xml.slice(0, -1),
    xml.replace('&amp;', '&'),
  ])
    expect(faultsOf(wrong)).not.toEqual([])
})

describe('a message', () => {
  test.each([
    ['published', 'csd-code="110104" codeSystemName="DCM"'],
    ['published', '<Instance UID="2.25.7"/>'],
    ['configured', 'csd-code="110131"'],
    ['log-used', 'csd-code="110101"'],
    ['accessed', 'UserID="reader &lt;7&gt;"'],
    ['accessed', 'ParticipantObjectID="1.2.840.1"'],
    ['reviewed', 'AuditEnterpriseSiteID="Clinic &quot;A&quot; &amp; &lt;B&gt;"'],
    ['case-changed', 'EventOutcomeIndicator="0"'],
  ])('of %s says %s', (kind, text) => {
    expect(messageOf(kind)).toContain(text)
  })

  test('carries the event and its place in the chain', () => {
    const [link] = LINKS
    const value = (type: string) => {
      const [, base64 = ''] = new RegExp(`type="${type}" value="([^"]*)"`).exec(messages[0]?.xml ?? '') ?? []
      return Buffer.from(base64, 'base64').toString()
    }
    expect([value('sequence'), value('digest'), value('event')]).toEqual(['1', link?.digest, link?.body])
  })

  test('of a failed case, or of a model that gave no answer, says so', () => {
    const failed = { ...JUDGED, transition: 'give-up', state: 'failed', judged: null } as const
    const [call] = ONE_OF_EACH.filter(({ kind }) => kind === 'model-called')
    const slow = call?.kind === 'model-called' ? { ...call, outcome: 'slow' } : failed
    for (const link of chainOf([failed, slow]))
      expect(atnaMessage(link, parsed(link), CONTEXT)).toContain('EventOutcomeIndicator="4"')
  })
})
