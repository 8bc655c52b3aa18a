import { useId, type ReactElement } from 'react'
import { READER_NAME_LENGTH_MAX, type CaseReviews } from '../../../src/domain/review.ts'
import type { SigningState } from './use-sign-off.ts'

interface SignPartProps {
  readonly known: CaseReviews
  readonly state: SigningState
  readonly onSign: () => void
}

/** Who signs, the button, and what came of it. */
export function SignPart({ known, state, onSign }: SignPartProps): ReactElement {
  const { signing } = state
  return (
    <>
      <Signer known={known} state={state} />
      <button
        type="button"
        className="plumbline-button plumbline-primary"
        aria-disabled={signing.kind === 'asking'}
        onClick={onSign}
      >
        {signing.kind === 'asking' ? 'Signing…' : 'Sign'}
      </button>
      <p
        role="status"
        className={signing.kind === 'refused' ? 'plumbline-answer plumbline-problem' : 'plumbline-answer'}
      >
        {signing.kind === 'refused' && signing.why}
        {signing.kind === 'signed' && signing.text}
      </p>
    </>
  )
}

/** As the service knows from the token, else as the reader types. */
function Signer({ known, state }: Omit<SignPartProps, 'onSign'>): ReactElement {
  const id = useId()
  if (known.reader !== null) return <p className="plumbline-quiet">You sign as {known.reader.name}.</p>
  return (
    <div className="plumbline-field">
      <label htmlFor={id}>Your name</label>
      <input
        id={id}
        type="text"
        value={state.name}
        autoComplete="name"
        maxLength={READER_NAME_LENGTH_MAX}
        onChange={(event) => state.setName(event.target.value)}
      />
    </div>
  )
}
