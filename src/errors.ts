/** Every way Plumbline refuses to go on. The code is stable; messages say what, where and what to do. */
export type ErrorCode =
  | 'bad-config'
  | 'bad-request'
  | 'bad-dicom'
  | 'unsupported-dicom'
  | 'limit-exceeded'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  | 'pacs-unreachable'
  | 'pacs-refused'
  | 'not-stored'
  | 'worker-died'
  | 'timeout'
  | 'data-locked'
  | 'viewer-unavailable'
  | 'illegal-transition'
  | 'alert-not-taken'
  | 'model-unavailable'
  | 'model-refused'
  | 'model-answer'

/** A command that could not do what it was asked to ends with this. */
export const EXIT_COULD_NOT_RUN = 2

/**
 * An error with a plain message for people. `message` may be shown to users and must hold no patient data;
 * `cause` is for the log only.
 */
export class PlumblineError extends Error {
  readonly code: ErrorCode
  /** What the reader can do about it, one sentence; empty when there is nothing. */
  readonly nextStep: string
  /** True when the same call may succeed later. */
  readonly retryable: boolean

  constructor(
    code: ErrorCode,
    message: string,
    options: { nextStep?: string; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'PlumblineError'
    this.code = code
    this.nextStep = options.nextStep ?? ''
    this.retryable = options.retryable ?? false
  }
}
