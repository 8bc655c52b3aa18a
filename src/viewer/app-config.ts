/** OHIF's own configuration, `app-config.js`, made for this service: where the images are, and our extension in it. */

const EXTENSION = '@plumbline/ohif-extension'
const MODE = '@plumbline/ohif-mode'
export const PANEL = `${EXTENSION}.panelModule.plumbline`
/** Our bundle, below the path prefix. */
export const PLUGIN_PATH = '/plugins/plumbline'

export interface AppConfigOptions {
  /** `/prefix` without a slash at its end, or ''. */
  readonly pathPrefix: string
  /** False: OHIF as it is. */
  readonly withExtension: boolean
}

/** The text of the script. It runs before OHIF's own code, as a classic script. */
export function appConfigScript({ pathPrefix, withExtension }: AppConfigOptions): string {
  const config = { ...baseConfig(pathPrefix), ...(withExtension ? plumbline(pathPrefix) : {}) }
  const plain = `window.config = ${literal(config)};\n`
  return withExtension ? `${importMap(pathPrefix)}${plain}${CUSTOMIZATIONS}` : plain
}

/** Names that OHIF does not know it imports as modules of the browser: the map says where they are. */
function importMap(pathPrefix: string): string {
  const imports = {
    [EXTENSION]: `${pathPrefix}${PLUGIN_PATH}/index.js`,
    [MODE]: `${pathPrefix}${PLUGIN_PATH}/mode.js`,
  }
  return `(() => {
  const map = document.createElement('script')
  map.type = 'importmap'
  map.textContent = ${literal(JSON.stringify({ imports }))}
  document.currentScript.after(map)
})();
`
}

/** A fresh profile would begin with a tour that dims the viewer. Our own mode lists the panel itself. OHIF 3.13 and later. */
const CUSTOMIZATIONS = `window.config.customizationService = {
  global: { 'ohif.tours': { $set: [] } },
  mode: {
    '*': { rightPanels: { $apply: (panels) => (panels.includes('${PANEL}') ? panels : [...panels, '${PANEL}']) } },
  },
};
`

function plumbline(pathPrefix: string) {
  return {
    extensions: [EXTENSION],
    modes: [MODE],
    plumbline: { serviceUrl: `${pathPrefix}/api/v1`, dicomWebUrl: `${pathPrefix}/dicom-web` },
  }
}

function baseConfig(pathPrefix: string) {
  return {
    name: 'plumbline',
    routerBasename: null,
    extensions: [],
    modes: [],
    showStudyList: true,
    maxNumberOfWebWorkers: 3,
    showWarningMessageForCrossOrigin: true,
    showCPUFallbackMessage: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
    investigationalUseDialog: { option: 'never' },
    defaultDataSourceName: 'dicomweb',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'dicomweb',
        configuration: dataSource(`${pathPrefix}/dicom-web`),
      },
    ],
  }
}

function dataSource(root: string) {
  return {
    friendlyName: 'Plumbline',
    name: 'plumbline',
    qidoRoot: root,
    wadoRoot: root,
    wadoUriRoot: `${root}/wado`,
    qidoSupportsIncludeField: true,
    supportsReject: false,
    dicomUploadEnabled: false,
    imageRendering: 'wadors',
    thumbnailRendering: 'wadors',
    enableStudyLazyLoad: true,
    supportsFuzzyMatching: false,
    supportsWildcard: true,
    omitQuotationForMultipartRequest: true,
    bulkDataURI: { enabled: true, relativeResolution: 'studies' },
  }
}

/** JSON that is also safe inside a script. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('<', String.raw`\u003c`)
}
