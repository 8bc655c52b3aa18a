/** OHIF releases for tests, fetched once per machine. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractViewer } from '../../src/viewer/extract.ts'
import { VIEWER_RELEASE, type ViewerRelease } from '../../src/viewer/release.ts'

/** The one that is served, the two lines before it that hospitals still run, and the one to come. */
export const RELEASES: readonly ViewerRelease[] = [
  {
    version: '3.11.1',
    integrity:
      'sha512-0lJRyHguGuIR06PxeJ3rqnPWf1OAqsaXGuqT2kl5HkNjIOxBDnRTTMvyHnkn3ZyjcHlsIhY8gf0h7AhVORqsSQ==',
  },
  {
    version: '3.12.10',
    integrity:
      'sha512-0kuF66Mq9c9dMD++bUsTjMrJpXJwaZhz9B4uS244DawAjSkTwIYFU93pxPuRUQixaRi7QAHlF3Fe1qudBlZrmA==',
  },
  VIEWER_RELEASE,
  {
    version: '3.14.0-beta.6',
    integrity:
      'sha512-QwA0talqhh4VlUR+QgT2t8FP7NpX++4s6Z9Cp5VIcta3JMd2zGBPTp/R9t7JaX0Xi1AHAZAJxTv502R+SawaBg==',
  },
]

/** The folder in which the service under test finds the viewer, too. */
export const VIEWER_FOLDER = join(tmpdir(), 'plumbline-test-ohif')

const FETCH_LIMIT_MS = 300_000

/** OHIF's `dist` of the release. */
export function viewerFiles(release: ViewerRelease): Promise<string> {
  return extractViewer({
    folder: VIEWER_FOLDER,
    release,
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    onProgress: () => {},
  })
}
