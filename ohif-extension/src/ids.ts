/** Names under which other software knows the extension. Changing one breaks a hospital's configuration. */
export const EXTENSION_ID = '@plumbline/ohif-extension'
export const MODE_ID = '@plumbline/ohif-mode'
export const MODE_ROUTE = 'plumbline'
export const MODE_NAME = 'Segmentation QC'
export const PANEL_NAME = 'plumbline'
export const PANEL_ID = `${EXTENSION_ID}.panelModule.${PANEL_NAME}`

/** Commands, for toolbar buttons and hotkeys. */
export const OPEN_PANEL_COMMAND = 'plumblineOpenPanel'
export const CHECK_NOW_COMMAND = 'plumblineCheckNow'
export const SHOW_WORST_COMMAND = 'plumblineShowWorst'
