import { describe, expect, it } from 'vitest'
import { tagOf } from '../../src/dicom/dictionary.ts'
import { summariseSeries } from '../../src/dicom/summary.ts'

function headerOf(values: Readonly<Record<string, string | number>>) {
  return Object.fromEntries(
    Object.entries(values).map(([keyword, value]) => [tagOf(keyword), { vr: 'LO', Value: [value] }]),
  )
}

const factsOf = (values: Readonly<Record<string, string | number>>) =>
  summariseSeries([headerOf(values)])?.facts

describe('facts of a case', () => {
  it.each([
    ['064Y', '40-64'],
    ['065Y', '65-79'],
    ['017Y', '0-17'],
    ['215M', '0-17'],
    ['216M', '18-39'],
    ['012D', '0-17'],
    ['099Y', '80+'],
    ['999Y', null],
    ['64', null],
  ])('age %s is band %s', (age, band) => {
    expect(factsOf({ PatientAge: age, PatientSex: 'F' })?.ageBand).toBe(band)
  })

  it.each([
    ['19600401', '20260331', '65-79'],
    ['20080401', '20260331', '0-17'],
    ['20270401', '20260331', null],
    ['1960', '20260331', null],
  ])('born %s and examined %s without an age is band %s', (born, studied, band) => {
    expect(factsOf({ PatientBirthDate: born, StudyDate: studied, PatientSex: 'M' })?.ageBand).toBe(band)
  })

  it('holds neither age nor date of birth', () => {
    const text = JSON.stringify(
      factsOf({ PatientAge: '064Y', PatientBirthDate: '19610203', StudyDate: '20260331' }),
    )
    expect(text).toContain('40-64')
    expect(text).not.toMatch(/064|1961|0203/)
  })

  it.each([
    [1.8, 60, 'normal'],
    [1.8, 58, 'underweight'],
    [1.8, 82, 'overweight'],
    [1.8, 100, 'obese'],
    [180, 80, null],
    [1.8, 0, null],
  ])('height %s m and weight %s kg are %s', (heightM, weightKg, size) => {
    expect(factsOf({ PatientSize: heightM, PatientWeight: weightKg, PatientSex: 'M' })?.bodySize).toBe(size)
  })

  it('knows no body size of a child', () => {
    expect(factsOf({ PatientSize: 1.2, PatientWeight: 30, PatientAge: '008Y' })?.bodySize).toBeNull()
  })

  it('names scanner and site on one line and sex by its code, and has none where the images say nothing', () => {
    expect(
      factsOf({
        Manufacturer: 'Acme\nMedical',
        ManufacturerModelName: 'Scan 3',
        InstitutionName: 'Site A',
        PatientSex: 'O',
      }),
    ).toEqual({ scanner: 'Acme Medical Scan 3', site: 'Site A', sex: 'other', ageBand: null, bodySize: null })
    expect(factsOf({ PatientSex: 'X', PatientAge: '' })).toBeUndefined()
  })
})
