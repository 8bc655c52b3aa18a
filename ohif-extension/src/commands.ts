/** Commands for toolbar buttons and hotkeys. */
import type { CommandsModule, Host } from './host.ts'
import { CHECK_NOW_COMMAND, MODE_NAME, OPEN_PANEL_COMMAND, PANEL_ID, SHOW_WORST_COMMAND } from './ids.ts'
import type { OpenVerdicts } from './open-verdicts.ts'
import { showWorst } from './opening.ts'
import type { VerdictSource } from './verdict-source.ts'
import type { ViewerPort } from './viewer-port.ts'

interface Parts {
  readonly source: VerdictSource
  readonly viewer: ViewerPort
  readonly verdicts: OpenVerdicts
}

export function commandsModule(host: Host, { source, viewer, verdicts }: Parts): CommandsModule {
  const command = (run: () => unknown) => ({ commandFn: () => void run() })
  return {
    defaultContext: 'VIEWER',
    definitions: {
      [OPEN_PANEL_COMMAND]: command(() =>
        host.servicesManager.services.panelService.activatePanel(PANEL_ID, true),
      ),
      [CHECK_NOW_COMMAND]: command(() => checkNow(host, source, viewer.studyInstanceUids())),
      [SHOW_WORST_COMMAND]: command(() => showWorst(host, viewer, verdicts)),
    },
  }
}

async function checkNow(
  host: Host,
  source: VerdictSource,
  studyInstanceUids: readonly string[],
): Promise<void> {
  const { uiNotificationService } = host.servicesManager.services
  try {
    for (const uid of studyInstanceUids) await source.checkNow(uid)
    uiNotificationService.show({
      title: MODE_NAME,
      message:
        'The segmentations of this study are being checked. The panel shows the verdicts as they come.',
      type: 'info',
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    uiNotificationService.show({
      title: MODE_NAME,
      message: `The check was not started. ${why}`,
      type: 'error',
    })
  }
}
