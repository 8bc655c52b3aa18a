import { PlumblineError } from '../errors.ts'

interface Refusal {
  readonly words: string
  readonly nextStep: string
}

const CREDENTIALS = 'Check the PACS credentials in the configuration and what this account may do there.'
const REFUSALS: Readonly<Record<number, Refusal | undefined>> = {
  400: { words: 'as a bad request', nextStep: 'See the log of the PACS for what it does not accept.' },
  401: { words: 'because the credentials are missing or wrong', nextStep: CREDENTIALS },
  403: { words: 'because this account may not do it', nextStep: CREDENTIALS },
  406: {
    words: 'because it cannot give the asked media type',
    nextStep: 'Let the PACS deliver application/dicom.',
  },
  413: { words: 'as too large', nextStep: 'Raise the request size limit of the PACS.' },
  415: {
    words: 'because it does not take this media type',
    nextStep: 'Check that the PACS supports STOW-RS.',
  },
  429: { words: 'because it is too busy', nextStep: 'Lower pacsClient.concurrency.' },
}
const REDIRECT: Refusal = {
  words: 'by pointing to another address',
  nextStep: 'Configure the final DICOMweb address; redirects are not followed with patient data.',
}
const FAULT: Refusal = { words: 'with an error of its own', nextStep: 'See the log of the PACS.' }
const OTHER: Refusal = { words: 'for a reason it does not say', nextStep: 'See the log of the PACS.' }

/** The error for an answer that is no success: 'not-found' or 'pacs-refused'. Nothing of its body is repeated. */
export function refusal(status: number, doing: string): PlumblineError {
  if (status === 404 || status === 410) {
    return new PlumblineError('not-found', `The PACS does not know it (HTTP ${status}) while ${doing}.`)
  }
  const { words, nextStep } = REFUSALS[status] ?? fallback(status)
  const message = `The PACS refused it ${words} (HTTP ${status}) while ${doing}.`
  return new PlumblineError('pacs-refused', message, { nextStep, retryable: status >= 500 || status === 429 })
}

function fallback(status: number): Refusal {
  if (status >= 500) return FAULT
  return status >= 300 && status < 400 ? REDIRECT : OTHER
}
