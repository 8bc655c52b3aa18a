import { useEffect, useState, type ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import type { Figure } from '../../../src/domain/figure.ts'
import { Disclosure } from './disclosure.tsx'
import { usePanel } from './panel-context.ts'
import { wordsOf } from './use-error-layer.ts'
import { counted } from './words.ts'

/** What the reasoner looked at, folded away. A report in the archive lists no figures, so there are some from the service only. */
export function Pictures(props: { readonly of: Case; readonly segment: SegmentResult }): ReactElement | null {
  const { of, segment } = props
  const { figures = [] } = segment
  if (figures.length === 0) return null
  return (
    <section>
      <h4 className="plumbline-section">Pictures</h4>
      <Disclosure
        summary={<span>{counted(figures.length, 'sheet')}</span>}
        className="plumbline-folded"
        testId="plumbline-pictures"
      >
        {() =>
          figures.map((figure) => (
            // Judged again, a case has new pictures under the same names.
            <Picture key={`${of.decidedAt ?? ''} ${figure.name}`} caseId={of.id} figure={figure} />
          ))
        }
      </Disclosure>
    </section>
  )
}

/** Fetched, not linked: an image element would not send the reader's token. */
function Picture({ caseId, figure }: { readonly caseId: string; readonly figure: Figure }): ReactElement {
  const { source } = usePanel()
  const [address, setAddress] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const { name, text, width, height, panels } = figure
  useEffect(() => {
    const gone = new AbortController()
    let made = ''
    async function load(): Promise<void> {
      try {
        const png = await source.figure(caseId, name, gone.signal)
        if (gone.signal.aborted) return
        made = URL.createObjectURL(png)
        setAddress(made)
      } catch (error) {
        if (!gone.signal.aborted) setProblem(wordsOf(error))
      }
    }
    void load()
    return () => {
      gone.abort()
      if (made !== '') URL.revokeObjectURL(made)
    }
  }, [source, caseId, name])
  return (
    <figure className="plumbline-figure" data-testid={`plumbline-figure-${name}`}>
      <figcaption>{text}</figcaption>
      {problem !== null && (
        <p role="status" className="plumbline-problem">
          {problem}
        </p>
      )}
      {address !== null && (
        <img
          src={address}
          width={width}
          height={height}
          alt={panels.map((panel) => `${panel.label}: ${panel.text}.`).join(' ')}
        />
      )}
    </figure>
  )
}
