/** Standardised uptake value by body weight, QIBA "SUV vendor-neutral pseudo-code", PS3.3 C.8.9.1. */
import { items, number, text, texts, type Dataset } from './part10.ts'

/** How rescaled PET values become what is measured: a factor and the UCUM unit it leads to. */
export interface PetScale {
  readonly factor: number
  readonly unit: string
  /** Why it is no uptake value; null where it is one. */
  readonly noSuv: NoSuv | null
}

export type NoSuv = keyof typeof NO_SUV_TEXTS

/** Parts of a sentence: what is missing or does not fit, and the attribute. */
export const NO_SUV_TEXTS = {
  'other-scale': 'its Units (0054,1001) are neither BQML nor GML by body weight',
  'no-weight': "Patient's Weight (0010,1030) is missing or 0",
  'no-radiopharmaceutical': 'Radiopharmaceutical Information Sequence (0054,0016) is missing',
  'no-dose': 'Radionuclide Total Dose (0018,1074) is missing or not in Bq',
  'not-corrected': 'Corrected Image (0028,0051) does not name DECY and ATTN',
  'decay-unknown': 'Decay Correction (0054,1102) is neither START nor ADMIN',
  'no-half-life': 'Radionuclide Half Life (0018,1075) is missing or 0',
  'no-scan-time': 'Series and Acquisition Time do not say when the scan began',
  'no-injection-time':
    'Radiopharmaceutical Start Time (0018,1072, 0018,1078) is missing, after the scan, or more than a day before it',
} as const

const SUV_BY_WEIGHT = 'g/ml{SUVbw}'
const MS_PER_DAY = 86_400_000
/** No PET is made with less: such a dose is in MBq, as NM images state it (PS3.3 C.8.4.10), not in Bq (C.8.9.2). */
const DOSE_MIN_BQ = 100_000

/**
 * Scale of one PET series. `slices` are all its headers: the scan starts with the earliest. Without complete and
 * consistent data the values stay what they are, Bq/ml or an arbitrary scale (`1`), and it says why.
 */
export function petScale(slices: readonly Dataset[]): PetScale {
  const [first] = slices
  const units = first === undefined ? '' : text(first, 'Units')
  if (first !== undefined && units === 'GML' && ['', 'BW'].includes(text(first, 'SUVType')))
    return { factor: 1, unit: SUV_BY_WEIGHT, noSuv: null }
  if (first === undefined || units !== 'BQML') return { factor: 1, unit: '1', noSuv: 'other-scale' }
  const factor = suvFactor(first, slices)
  return typeof factor === 'string'
    ? { factor: 1, unit: 'Bq/ml', noSuv: factor }
    : { factor, unit: SUV_BY_WEIGHT, noSuv: null }
}

function suvFactor(header: Dataset, slices: readonly Dataset[]): number | NoSuv {
  const weightKg = number(header, 'PatientWeight')
  const [drug] = items(header, 'RadiopharmaceuticalInformationSequence')
  if (drug === undefined) return 'no-radiopharmaceutical'
  if (weightKg === null || weightKg <= 0) return 'no-weight'
  const doseBq = number(drug, 'RadionuclideTotalDose')
  if (doseBq === null || doseBq < DOSE_MIN_BQ) return 'no-dose'
  const corrected = texts(header, 'CorrectedImage')
  if (!corrected.includes('DECY') || !corrected.includes('ATTN')) return 'not-corrected'
  const decay = decayUntilScan(header, drug, slices)
  return typeof decay === 'string' ? decay : (weightKg * 1000) / (doseBq * decay)
}

/** Share of the injected activity that is left at the time the images are decay corrected to. */
function decayUntilScan(header: Dataset, drug: Dataset, slices: readonly Dataset[]): number | NoSuv {
  const correction = text(header, 'DecayCorrection')
  if (correction === 'ADMIN') return 1
  if (correction !== 'START') return 'decay-unknown'
  const halfLifeS = number(drug, 'RadionuclideHalfLife')
  if (halfLifeS === null || halfLifeS <= 0) return 'no-half-life'
  const scanMs = scanStartMs(header, slices)
  if (scanMs === null) return 'no-scan-time'
  const injectionMs = injectionTimeMs(drug, scanMs)
  if (injectionMs === null || injectionMs > scanMs || scanMs - injectionMs > MS_PER_DAY)
    return 'no-injection-time'
  return 2 ** (-(scanMs - injectionMs) / 1000 / halfLifeS)
}

/** Series time, unless post-processing moved it behind the acquisition: then the earliest acquisition. */
function scanStartMs(header: Dataset, slices: readonly Dataset[]): number | null {
  const seriesMs = timeMs(text(header, 'SeriesDate'), text(header, 'SeriesTime'))
  const acquisitions = slices.map((slice) =>
    timeMs(text(slice, 'AcquisitionDate') || text(header, 'SeriesDate'), text(slice, 'AcquisitionTime')),
  )
  if (acquisitions.some((time) => time === null)) return null
  const earliestMs = acquisitions.reduce<number>((low, time) => Math.min(low, time ?? low), Infinity)
  return seriesMs !== null && seriesMs <= earliestMs ? seriesMs : earliestMs
}

/** A bare start time is of the scan's day, or of the day before when it would lie after the scan. */
function injectionTimeMs(drug: Dataset, scanMs: number): number | null {
  const stamp = text(drug, 'RadiopharmaceuticalStartDateTime')
  if (stamp.length >= 14 && !/[+-]/.test(stamp)) return timeMs(stamp.slice(0, 8), stamp.slice(8))
  const day = new Date(scanMs).toISOString().slice(0, 10).replaceAll('-', '')
  const sameDayMs = timeMs(day, text(drug, 'RadiopharmaceuticalStartTime'))
  if (sameDayMs === null) return null
  return sameDayMs <= scanMs ? sameDayMs : sameDayMs - MS_PER_DAY
}

/** DA and TM to milliseconds; the time zone cancels out. Null when they are no date and time. */
function timeMs(date: string, time: string): number | null {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date)
  const clock = /^(\d{2})(\d{2})(\d{2}(?:\.\d+)?)$/.exec(time)
  if (day === null || clock === null) return null
  const [, year, month, dayOfMonth] = day.map(Number)
  const [, hour, minute, second] = clock.map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1, hour ?? 0, minute ?? 0) + (second ?? 0) * 1000
}
