import { describe, expect, it } from 'vitest'
import { PlumblineError } from '../src/errors.ts'
import { createLogger, type LogFields, type LogOptions } from '../src/log.ts'

/** Stands for a patient's name in every place where one could slip in. */
const CANARY = 'Doe^Jane'

function recordOf(line: string): Record<string, unknown> {
  const record: Record<string, unknown> = JSON.parse(line)
  return record
}

/** Gets past the types, as careless code may. */
function smuggled(fields: object): LogFields {
  const any: LogFields = JSON.parse(JSON.stringify(fields))
  return any
}

function thrownBy(action: () => void): Error {
  try {
    action()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const log = createLogger({
    level: 'debug',
    pretty: false,
    destination: { write: (line) => void lines.push(line) },
    ...options,
  })
  return { log, text: () => lines.join(''), last: () => recordOf(lines.at(-1) ?? '{}') }
}

describe('createLogger', () => {
  it('writes one JSON line with time, level, message and fields', () => {
    const { log, last } = capture()
    log.info('case judged', { caseId: 'abc', verdict: 'reject', durationMs: 12 })
    expect(last()).toMatchObject({
      level: 'info',
      message: 'case judged',
      caseId: 'abc',
      verdict: 'reject',
      durationMs: 12,
    })
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('adds the fields of a child to its lines', () => {
    const { log, last } = capture()
    log.child({ role: 'worker' }).child({ caseId: 'abc' }).warn('job failed', { attempt: 2 })
    expect(last()).toMatchObject({ role: 'worker', caseId: 'abc', attempt: 2 })
  })

  it('says nothing below its level', () => {
    const { log, text } = capture({ level: 'warn' })
    log.info('case judged')
    expect(text()).toBe('')
  })

  it('takes literal messages only', () => {
    const { log, text } = capture()
    const name: string = CANARY
    // @ts-expect-error a message that is put together at run time
    log.info(`hello ${name}`)
    // @ts-expect-error a message that is not known at compile time
    log.info(name)
    expect(text()).toContain('hello')
  })

  it('drops fields that are not listed', () => {
    const { log, text } = capture()
    // @ts-expect-error not a field of the log
    log.info('case judged', { patientName: CANARY })
    log.child(smuggled({ nested: { label: CANARY } })).info('case judged')
    log.info('case judged', smuggled({ constructor: CANARY, toString: CANARY }))
    expect(text()).not.toContain(CANARY)
  })

  it('withholds a listed field whose value has another form', () => {
    const { log, text, last } = capture()
    log.info('case judged', smuggled({ state: CANARY, count: CANARY, code: { label: CANARY } }))
    expect(text()).not.toContain(CANARY)
    expect(last()).toMatchObject({ state: '[withheld]', count: '[withheld]', code: '[withheld]' })
  })

  it.each(['A label with blanks', '', 'x'.repeat(161), 'line\nbreak'])('withholds the word %j', (state) => {
    const { log, last } = capture()
    log.info('case judged', { state })
    expect(last()['state']).toBe('[withheld]')
  })
})

describe('errors in the log', () => {
  it('keeps code and message of a PlumblineError, and of its unknown cause only name, code and frames', () => {
    const { log, text, last } = capture()
    const cause = Object.assign(new Error(`open /archive/${CANARY}.dcm`), { code: 'ENOENT' })
    log.error('job failed', { err: new PlumblineError('bad-dicom', 'The file is not readable.', { cause }) })
    expect(last()['err']).toMatchObject({
      name: 'PlumblineError',
      code: 'bad-dicom',
      message: 'The file is not readable.',
      cause: { name: 'Error', code: 'ENOENT' },
    })
    expect(text()).not.toContain(CANARY)
    expect(text()).toContain('log.test.ts:')
  })

  it.each<[string, () => unknown]>([
    ['in a message', () => new Error(CANARY)],
    ['in a message that imitates a frame', () => new Error(`x\n    at ${CANARY} (/a/${CANARY}.js:1:1)`)],
    ['in a message that imitates a frame well', () => new Error('x\n    at JaneDoe (/a/b.js:1:1)')],
    [
      'in a message that imitates a frame and was changed',
      () => Object.assign(new Error('x\n    at JaneDoe (/a/b.js:1:1)'), { message: 'y' }),
    ],
    [
      'in a message that imitates a frame and was emptied',
      () => Object.assign(new Error('x\n    at JaneDoe (/a/b.js:1:1)'), { message: '' }),
    ],
    [
      'in a message that was changed after the stack was taken',
      () => Object.assign(new Error(`x\n    at ${CANARY}`), { message: 'y' }),
    ],
    ['in a name', () => Object.assign(new Error('x'), { name: CANARY })],
    ['in a code', () => Object.assign(new Error('x'), { code: CANARY })],
    [
      'in another property',
      () => Object.assign(new Error('x'), { detail: CANARY, response: { body: CANARY } }),
    ],
    ['in the causes', () => new Error('x', { cause: new TypeError(CANARY, { cause: { name: CANARY } }) })],
    ['in errors of an aggregate', () => new AggregateError([new Error(CANARY)], CANARY)],
    ['thrown as text', () => CANARY],
    ['thrown as an object', () => ({ message: CANARY, stack: CANARY })],
    ['where a toJSON would give it', () => Object.assign(new Error('x'), { toJSON: () => CANARY })],
  ])('never shows patient text %s', (_where, make) => {
    for (const pretty of [false, true]) {
      const { log, text } = capture({ pretty })
      log.error('job failed', { err: make() })
      expect(text()).toContain('job failed')
      expect(text()).not.toContain('Doe')
    }
  })

  it.each<[string, () => Error]>([
    ['with a message', () => new Error('x')],
    ['without a message', () => new Error()],
    ['with a code of Node in its header', () => thrownBy(() => void new URL('not an address'))],
    ['of another class', () => thrownBy(() => void JSON.parse('{'))],
  ])('keeps the stack frames of an error %s', (_which, make) => {
    const { log, text } = capture()
    log.error('job failed', { err: make() })
    expect(text()).toContain('log.test.ts:')
  })

  it('ends with a chain of causes that never ends', () => {
    const { log, text } = capture()
    const loop = new Error('x')
    loop.cause = loop
    log.error('job failed', { err: loop })
    expect(text().match(/"cause"/g)).toHaveLength(3)
  })

  it('shows messages of unknown errors only when asked to', () => {
    const { log, last } = capture({ unknownErrorMessages: true })
    log.error('job failed', { err: new Error('plain words') })
    expect(last()['err']).toMatchObject({ message: 'plain words' })
  })
})

describe('pretty lines', () => {
  it('puts time, level, message and fields on one line, errors below', () => {
    const { log, text } = capture({ pretty: true })
    log.warn('job failed', { caseId: 'abc', err: new PlumblineError('timeout', 'The PACS did not answer.') })
    const [head, error, frame] = text().split('\n')
    expect(head).toMatch(/^\d\d:\d\d:\d\d {2}warn {3}job failed {2}caseId=abc$/)
    expect(error).toBe('  PlumblineError timeout The PACS did not answer.')
    expect(frame).toMatch(/^ {4}at /)
  })

  it('give a terminal no control characters', () => {
    const { log, text } = capture({ pretty: true })
    log.warn('job failed', { err: new PlumblineError('bad-dicom', 'It is stored as \u001b[2J\u009b31m\nx.') })
    expect(text()).toContain('It is stored as  [2J 31m x.')
    expect(text().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})
