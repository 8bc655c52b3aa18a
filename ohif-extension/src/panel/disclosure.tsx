import { useId, useState, type ReactElement, type ReactNode } from 'react'

interface DisclosureProps {
  /** What the button says; always seen. */
  readonly summary: ReactNode
  /** Made only while it is open. */
  readonly children: () => ReactNode
  readonly startsOpen?: boolean
  readonly className?: string
  readonly testId?: string
  /** A heading of this level around the button; none without. */
  readonly level?: 2 | 3 | 4
}

/** A button that shows and hides what comes after it. */
export function Disclosure(props: DisclosureProps): ReactElement {
  const { summary, children, startsOpen = false, className = '', level, testId } = props
  const [isOpen, setOpen] = useState(startsOpen)
  const id = useId()
  const button = (
    <button
      type="button"
      className="plumbline-disclosure"
      aria-expanded={isOpen}
      aria-controls={id}
      onClick={() => setOpen(!isOpen)}
    >
      <svg className="plumbline-chevron" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d="M5.5 3 11 8l-5.5 5" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
      {summary}
    </button>
  )
  const Heading = level === undefined ? null : (`h${level}` as const)
  return (
    <div className={className} data-testid={testId}>
      {Heading === null ? button : <Heading className="plumbline-heading">{button}</Heading>}
      <div id={id} hidden={!isOpen}>
        {isOpen ? children() : null}
      </div>
    </div>
  )
}
