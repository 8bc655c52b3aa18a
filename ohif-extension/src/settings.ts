import { z } from 'zod'
import type { Host } from './host.ts'

/** Addresses, absolute or from the root of the viewer's origin, without a slash at the end. */
const Settings = z.strictObject({
  /** The API of the Plumbline service. */
  serviceUrl: z.string().min(1).default('/api/v1'),
  /** The DICOMweb root of the PACS: reports are read from there when the service cannot be reached. */
  dicomWebUrl: z.string().min(1).default('/dicom-web'),
})
export type Settings = z.infer<typeof Settings>

/** From `plumbline` in the viewer's config, or from the extension's own configuration, which wins. Throws on keys it does not know. */
export function settingsOf({ appConfig, configuration }: Host): Settings {
  const given = [appConfig.plumbline, configuration].filter((value) => value !== undefined && value !== null)
  const parsed = Settings.safeParse(Object.assign({}, ...given))
  if (parsed.success) return parsed.data
  throw new Error(`Plumbline's part of the viewer's config is wrong. ${z.prettifyError(parsed.error)}`)
}
