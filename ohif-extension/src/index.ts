/** The extension: what Plumbline adds to OHIF, piece by piece. */
import { commandsModule } from './commands.ts'
import type { CustomizationEntry, Extension, Host, PanelEntry } from './host.ts'
import { EXTENSION_ID, MODE_NAME, PANEL_NAME } from './ids.ts'
import { defineMountElement, mountPoint } from './mount-element.ts'
import { createOpenVerdicts, type OpenVerdicts } from './open-verdicts.ts'
import { drawOverlayLine, OVERLAY_LINE_VIEW, withOverlayLine } from './overlay-line.ts'
import { mountPanel } from './panel/mount-panel.tsx'
import { settingsOf } from './settings.ts'
import { withCoordinates } from './sr-guard.ts'
import { createStudyColumn, STUDY_BADGE_VIEW, type StudyColumn } from './study-column.ts'
import type { VerdictSource } from './verdict-source.ts'
import { createVerdictSource } from './verdicts/create-verdict-source.ts'
import type { ViewerPort } from './viewer-port.ts'
import { createOhifViewer } from './viewer/ohif-viewer.ts'

const PANEL_VIEW = 'panel'

/** What all pieces share. */
interface Parts {
  readonly source: VerdictSource
  readonly viewer: ViewerPort
  readonly verdicts: OpenVerdicts
  readonly column: StudyColumn
}

function createParts(host: Host): Parts {
  const source = createVerdictSource({
    ...settingsOf(host),
    authorization: () => ({
      ...host.servicesManager.services.userAuthenticationService.getAuthorizationHeader?.(),
    }),
  })
  const viewer = createOhifViewer(host)
  return {
    source,
    viewer,
    verdicts: createOpenVerdicts(source, viewer),
    column: createStudyColumn(source),
  }
}

function createExtension(): Extension {
  let parts: Parts | null = null
  /** The host registers an extension once and asks for its modules after that. */
  const partsOf = (host: Host): Parts => (parts ??= createParts(host))
  return {
    id: EXTENSION_ID,
    preRegistration(host) {
      const { source, viewer, verdicts, column } = partsOf(host)
      defineMountElement(
        new Map([
          [PANEL_VIEW, (element) => mountPanel(element, { source, viewer })],
          [STUDY_BADGE_VIEW, column.draw],
          [OVERLAY_LINE_VIEW, drawOverlayLine(host, verdicts)],
        ]),
      )
    },
    getPanelModule: () => [PANEL],
    getCommandsModule: (host) => commandsModule(host, partsOf(host)),
    getCustomizationModule: (host) => [customization(partsOf(host))],
    onModeExit: () => parts?.viewer.hideErrorLayer(),
  }
}

const PANEL: PanelEntry = {
  name: PANEL_NAME,
  iconName: 'status-tracked',
  iconLabel: 'QC',
  label: MODE_NAME,
  component: () => mountPoint(PANEL_VIEW),
}

function customization({ column }: Parts): CustomizationEntry {
  return {
    name: 'global',
    value: {
      onBeforeSRAddMeasurement: { $set: withCoordinates },
      'workList.columns': { $apply: column.addTo },
      'viewportOverlay.bottomRight': { $apply: withOverlayLine },
    },
  }
}

// oxlint-disable-next-line import/no-default-export -- the host takes an extension from the default export of its module
export default createExtension()
