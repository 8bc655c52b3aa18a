import { useState } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { CaseReviews, NewReview } from '../../../src/domain/review.ts'
import { usePanel } from './panel-context.ts'
import { wordsOf } from './use-error-layer.ts'
import { useReaderName } from './use-reviews.ts'
import { counted } from './words.ts'

type Signing =
  | { readonly kind: 'not' | 'asking' }
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }

export interface SigningState {
  readonly signing: Signing
  /** Of the reader, where nobody else says who it is. */
  readonly name: string
  readonly setName: (name: string) => void
  /** True once the service has it. `faults`: what keeps it from being signed, as sentences. */
  readonly sign: (reviews: NewReview[], faults: readonly string[]) => Promise<boolean>
  /** What was answered is about something else by now. */
  readonly forget: () => void
}

/** Signing what one reader says at once. */
export function useSignOff(
  of: Case,
  known: CaseReviews,
  onSigned: (reviews: CaseReviews) => void,
): SigningState {
  const { source } = usePanel()
  const [name, setName] = useReaderName()
  const [signing, setSigning] = useState<Signing>({ kind: 'not' })
  const unnamed =
    known.reader === null && name.trim() === '' ? ['Give your name: the report is signed with it.'] : []

  async function sign(reviews: NewReview[], faults: readonly string[]): Promise<boolean> {
    if (signing.kind === 'asking') return false
    const all = [...faults, ...unnamed]
    setSigning(all.length > 0 ? { kind: 'refused', why: all.join(' ') } : { kind: 'asking' })
    if (all.length > 0) return false
    try {
      const signed = await source.signOff(of, { reviews, ...(known.reader === null && { readerName: name }) })
      setSigning({ kind: 'signed', text: `Signed: ${counted(reviews.length, 'opinion')}.` })
      onSigned(signed)
      return true
    } catch (error) {
      setSigning({ kind: 'refused', why: wordsOf(error) })
      return false
    }
  }

  return { signing, name, setName, sign, forget: () => setSigning({ kind: 'not' }) }
}
