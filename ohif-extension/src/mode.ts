/** The mode "Segmentation QC": OHIF's basic viewer with our panel first and open, and the worst segmentation on the images. */
import {
  CHECK_NOW_COMMAND,
  EXTENSION_ID,
  MODE_ID,
  MODE_NAME,
  MODE_ROUTE,
  OPEN_PANEL_COMMAND,
  PANEL_ID,
  SHOW_WORST_COMMAND,
} from './ids.ts'
import type { Host } from './host.ts'

const BASE_MODE = '@ohif/mode-longitudinal'
/** The host gives 280, in which every other sentence of the reasoning breaks. The reader may pull it wider. */
const PANEL_WIDTH_PX = 340

/** What is used of a mode of OHIF 3.11 to 3.14. */
interface ModeInstance {
  readonly extensions: Readonly<Record<string, string>>
  readonly routes: readonly Route[]
  onModeEnter(host: Host): void
}

interface Route {
  layoutTemplate(...given: readonly unknown[]): Promise<Layout> | Layout
}

interface Layout {
  readonly props: { readonly rightPanels: readonly string[] }
}

interface ModeDefinition {
  modeFactory(given: ModeGiven): Promise<ModeInstance> | ModeInstance
}

interface ModeGiven {
  readonly loadModules: (names: readonly string[]) => Promise<readonly ModeDefinition[]>
  readonly modeConfiguration: object
}

/** In the order of the toolbar. */
const BUTTONS = [
  {
    id: 'plumblineOpenPanelButton',
    icon: 'status-tracked',
    label: MODE_NAME,
    tooltip: 'Segmentation QC: open the panel with the verdicts',
    commands: OPEN_PANEL_COMMAND,
  },
  {
    id: 'plumblineCheckNowButton',
    icon: 'icon-transferring',
    label: 'Check now',
    tooltip: 'Check the segmentations of this study now',
    commands: CHECK_NOW_COMMAND,
  },
] as const

async function modeFactory({ loadModules }: ModeGiven): Promise<ModeInstance> {
  const [base] = await loadModules([BASE_MODE])
  if (base === undefined) throw new Error(`${MODE_ID} needs ${BASE_MODE}, which this viewer does not have`)
  const basic = await base.modeFactory({ modeConfiguration: {}, loadModules })
  return { ...basic, ...identity(), ...additions(basic) }
}

function identity() {
  return {
    id: MODE_ID,
    routeName: MODE_ROUTE,
    displayName: MODE_NAME,
    hide: false,
    isValidMode: ({ modalities }: { readonly modalities: string }) => ({
      valid: /\b(SEG|RTSTRUCT)\b/.test(modalities),
      description: 'For studies with a segmentation: SEG or RTSTRUCT',
    }),
  }
}

function additions(basic: ModeInstance): ModeInstance {
  return {
    extensions: { ...basic.extensions, [EXTENSION_ID]: '*' },
    routes: basic.routes.map((route, i) => (i === 0 ? withPanel(route) : route)),
    onModeEnter(this: unknown, host) {
      // The host's mode may be written with or without `this`.
      basic.onModeEnter.call(this, host)
      addButtons(host)
      host.commandsManager.runCommand(SHOW_WORST_COMMAND)
    },
  }
}

/** Our panel first and the side open. */
function withPanel(route: Route): Route & { readonly path: string } {
  return {
    ...route,
    path: MODE_ROUTE,
    async layoutTemplate(...given) {
      const layout = await route.layoutTemplate(...given)
      const others = layout.props.rightPanels.filter((id) => id !== PANEL_ID)
      return {
        ...layout,
        props: {
          ...layout.props,
          rightPanels: [PANEL_ID, ...others],
          rightPanelClosed: false,
          rightPanelInitialExpandedWidth: PANEL_WIDTH_PX,
        },
      }
    },
  }
}

function addButtons({ servicesManager }: Host): void {
  const { toolbarService } = servicesManager.services
  toolbarService.register(
    BUTTONS.map(({ id, ...props }) => ({
      id,
      uiType: 'ohif.toolButton',
      props: { ...props, evaluate: 'evaluate.action' },
    })),
  )
  const ids: readonly string[] = BUTTONS.map(({ id }) => id)
  const others = (toolbarService.state?.buttonSections?.['primary'] ?? []).filter((id) => !ids.includes(id))
  toolbarService.updateSection('primary', [...others, ...ids])
}

// oxlint-disable-next-line import/no-default-export -- the host takes a mode from the default export of its module
export default { id: MODE_ID, modeFactory }
