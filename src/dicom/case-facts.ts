/** What the header of an image says that reports group cases by. Age and date of birth become a band here and go no further. */
import type { AgeBand, BodySize, CaseFacts } from '../domain/case-facts.ts'
import { number, text, type Dataset } from './part10.ts'

/** A longer text is no name of a scanner or a hospital. */
const TEXT_LENGTH_MAX = 64
const YEARS_MAX = 130

/** Null where the header says none of it. */
export function factsOf(dataset: Dataset): CaseFacts | null {
  const ageBand = ageBandOf(ageYears(dataset))
  const facts: CaseFacts = {
    scanner: shortened(`${text(dataset, 'Manufacturer')} ${text(dataset, 'ManufacturerModelName')}`),
    site: shortened(text(dataset, 'InstitutionName')),
    sex: SEX_OF_CODE[text(dataset, 'PatientSex')] ?? null,
    ageBand,
    bodySize: ageBand === '0-17' ? null : bodySizeOf(dataset),
  }
  return Object.values(facts).some((value) => value !== null) ? facts : null
}

/** PS3.3 C.7.1.1, Patient's Sex. */
const SEX_OF_CODE: Readonly<Record<string, NonNullable<CaseFacts['sex']>>> = {
  F: 'female',
  M: 'male',
  O: 'other',
}

/** AS of PS3.5 6.2 by its unit, in years. */
const YEARS_OF_UNIT: Readonly<Record<string, number>> = { Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 }

/** Patient's Age, else what lies between date of birth and study; null where neither can be read. */
function ageYears(dataset: Dataset): number | null {
  const [, count = '', unit = ''] = /^(\d{3})([DWMY])$/.exec(text(dataset, 'PatientAge')) ?? []
  const perUnit = YEARS_OF_UNIT[unit]
  if (perUnit !== undefined) return Number(count) * perUnit
  const [born, studied] = [dayOf(text(dataset, 'PatientBirthDate')), dayOf(text(dataset, 'StudyDate'))]
  return born === null || studied === null ? null : (studied - born) / (365.25 * 86_400_000)
}

function dayOf(date: string): number | null {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? []
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return year === '' || !Number.isFinite(time) ? null : time
}

const BAND_FROM_YEARS: readonly (readonly [number, AgeBand])[] = [
  [80, '80+'],
  [65, '65-79'],
  [40, '40-64'],
  [18, '18-39'],
  [0, '0-17'],
]

function ageBandOf(years: number | null): AgeBand | null {
  if (years === null || years > YEARS_MAX) return null
  return BAND_FROM_YEARS.find(([from]) => years >= from)?.[1] ?? null
}

const SIZE_FROM_BMI: readonly (readonly [number, BodySize])[] = [
  [30, 'obese'],
  [25, 'overweight'],
  [18.5, 'normal'],
  [0, 'underweight'],
]

/** From Patient's Size (m) and Weight (kg); values that no adult has are typing errors. */
function bodySizeOf(dataset: Dataset): BodySize | null {
  const [heightM, weightKg] = [number(dataset, 'PatientSize'), number(dataset, 'PatientWeight')]
  if (heightM === null || weightKg === null) return null
  const bmi = weightKg / heightM ** 2
  if (!(heightM >= 1 && heightM <= 2.5 && bmi >= 8 && bmi <= 120)) return null
  return SIZE_FROM_BMI.find(([from]) => bmi >= from)?.[1] ?? null
}

/** Without invisible characters and with single spaces; null where nothing is left. */
function shortened(value: string): string | null {
  const plain = value.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return plain === '' ? null : Array.from(plain).slice(0, TEXT_LENGTH_MAX).join('')
}
