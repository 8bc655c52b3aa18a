import { Component, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import { PanelContext, type PanelPorts } from './panel-context.ts'
import { PANEL_STYLE } from './panel-style.ts'
import { StudySection } from './study-section.tsx'
import { useSideBySide } from './use-comparison.ts'
import { useErrorLayer } from './use-error-layer.ts'
import { useStudies } from './use-verdicts.ts'

/** Verdicts and reasoning on the segmentations of the studies that are open. */
export function Panel(ports: PanelPorts): ReactElement {
  return (
    <div className="plumbline-panel" data-testid="plumbline-panel">
      <style>{PANEL_STYLE}</style>
      <Guard>
        <Studies {...ports} />
      </Guard>
    </div>
  )
}

function Studies({ source, viewer }: PanelPorts): ReactElement {
  const studies = useStudies(viewer)
  const errorLayer = useErrorLayer(source, viewer)
  const sideBySide = useSideBySide(viewer)
  const [shownPlace, setShownPlace] = useState<string | null>(null)
  const parts = useMemo(
    () => ({ source, viewer, errorLayer, sideBySide, shownPlace, setShownPlace }),
    [source, viewer, errorLayer, sideBySide, shownPlace],
  )
  if (studies.length === 0) return <p className="plumbline-empty">No study is open.</p>
  return (
    <PanelContext.Provider value={parts}>
      {studies.map((uid, index) => (
        <StudySection
          key={uid}
          studyInstanceUid={uid}
          title={studies.length === 1 ? null : `Study ${index + 1} of ${studies.length}`}
        />
      ))}
    </PanelContext.Provider>
  )
}

interface GuardProps {
  readonly children: ReactNode
}

/** A fault in the panel must not look like a study without verdicts. */
class Guard extends Component<GuardProps, { readonly isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true }
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children
    return (
      <p role="alert" className="plumbline-notice">
        The panel has a fault and cannot show the verdicts. Reload the page; the overview page of the service
        has them too.
      </p>
    )
  }
}
