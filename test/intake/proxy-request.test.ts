import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { upstreamUrl } from '../../src/intake/proxy-request.ts'

const BASE = new URL('http://pacs:8042/a/dicom-web/')

test.each([
  ['/studies', 'http://pacs:8042/a/dicom-web/studies'],
  ['/studies?includefield=all', 'http://pacs:8042/a/dicom-web/studies?includefield=all'],
  [
    '/studies/1.2/series/?limit=1&IncludeField=A%2cB',
    'http://pacs:8042/a/dicom-web/studies/1.2/series?limit=1&IncludeField=A,B',
  ],
])('%s', (asked, expected) => {
  expect(upstreamUrl(BASE, asked)?.href).toBe(expected)
})

test.each([
  '/',
  '/system',
  '/../instances',
  '/studies/../../system',
  '/studies/%2e%2e/%2e%2e/system',
  '/studies/..%2f..%2fsystem',
  '/studies/%252e%252e',
  '/studies/%zz',
  '/studies/a%00b',
  '/studies\\..\\..\\system',
  '//evil.example/studies',
  '/studies/..;/..;/system',
  '/studies/.;x/system',
])('%s is refused', (asked) => {
  expect(upstreamUrl(BASE, asked)).toBeNull()
})

test('whatever is asked, the request stays below the DICOMweb root of the PACS', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', '\\', 'studies', '@', ':', '//', '?', '#'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const url = upstreamUrl(BASE, `/studies/${pieces.join('/')}`)
      if (url === null) return
      expect(url.origin).toBe('http://pacs:8042')
      expect(url.pathname.startsWith('/a/dicom-web/studies')).toBe(true)
    }),
  )
})
