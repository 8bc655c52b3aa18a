import { describe, expect, it } from 'vitest'
import { settingsOf } from '../../ohif-extension/src/settings.ts'
import { withCoordinates } from '../../ohif-extension/src/sr-guard.ts'
import { createFakeHost } from './fake-host.ts'

const { host } = createFakeHost({ displaySets: [] })

describe('where the service is', () => {
  it.each([
    {
      name: 'on the origin of the viewer unless said otherwise',
      given: {},
      expected: { serviceUrl: '/api/v1', dicomWebUrl: '/dicom-web' },
    },
    {
      name: "in the viewer's config",
      given: { appConfig: { plumbline: { serviceUrl: 'https://qc.example/api/v1' } } },
      expected: { serviceUrl: 'https://qc.example/api/v1', dicomWebUrl: '/dicom-web' },
    },
    {
      name: "in the extension's own configuration, which wins",
      given: {
        appConfig: { plumbline: { serviceUrl: '/a', dicomWebUrl: '/b' } },
        configuration: { serviceUrl: '/c' },
      },
      expected: { serviceUrl: '/c', dicomWebUrl: '/b' },
    },
  ])('$name', ({ given, expected }) => {
    expect(settingsOf({ ...host, ...given })).toEqual(expected)
  })

  it('a key that is written wrongly is named', () => {
    const appConfig = { plumbline: { serviceURL: '/a' } }
    expect(() => settingsOf({ ...host, appConfig })).toThrow(/serviceURL/)
  })
})

describe('measurement groups of a report', () => {
  it('without coordinates get one that refers to nothing', () => {
    expect(withCoordinates({ measurement: { coords: [] } })).toEqual({ coords: [{}] })
    expect(withCoordinates({ measurement: {} })).toEqual({ coords: [{}] })
  })

  it('with coordinates stay as they are', () => {
    const measurement = { coords: [{ ValueType: 'SCOORD' }] }
    expect(withCoordinates({ measurement })).toBe(measurement)
  })
})
