/** Server-sent events from text (WHATWG HTML 9.2.6). EventSource itself cannot carry an authorization header. */

export interface EventHandlers {
  /** A whole event that has data. */
  readonly onEvent: (event: { readonly type: string; readonly data: string }) => void
  /** Where to go on after a break; also comes without an event. */
  readonly onId: (id: string) => void
}

/** Longest line that is kept, in characters. */
const LINE_MAX = 1_000_000

/** Takes the text of a stream in pieces of any size. Throws when a line never ends. */
export function createEventParser({ onEvent, onId }: EventHandlers): (chunk: string) => void {
  let rest = ''
  let type = ''
  let data: string[] = []

  function endEvent(): void {
    if (data.length > 0) onEvent({ type: type || 'message', data: data.join('\n') })
    type = ''
    data = []
  }

  function takeLine(line: string): void {
    if (line === '') return endEvent()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') type = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) onId(value)
  }

  return (chunk) => {
    // A carriage return at the very end may be half of a line end: it waits for what follows.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    if (rest.length > LINE_MAX) throw new Error('a line of the event stream does not end')
    for (const line of lines) takeLine(line)
  }
}
