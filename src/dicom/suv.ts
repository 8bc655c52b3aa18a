/** Standardised uptake value by body weight, QIBA "SUV vendor-neutral pseudo-code", PS3.3 C.8.9.1. */
import { items, number, text, texts, type Dataset } from './part10.ts'

/** How rescaled PET values become what is measured: a factor and the UCUM unit it leads to. */
export interface PetScale {
  readonly factor: number
  readonly unit: string
}

const SUV_BY_WEIGHT = 'g/ml{SUVbw}'
const MS_PER_DAY = 86_400_000
/** No PET is made with less: such a dose is in MBq, as NM images state it (PS3.3 C.8.4.10), not in Bq (C.8.9.2). */
const DOSE_MIN_BQ = 100_000

/**
 * Scale of one PET series. `slices` are all its headers: the scan starts with the earliest. Without complete and
 * consistent data the values stay what they are: Bq/ml, or an arbitrary scale (`1`).
 */
export function petScale(slices: readonly Dataset[]): PetScale {
  const [first] = slices
  const units = first === undefined ? '' : text(first, 'Units')
  if (first !== undefined && units === 'GML' && ['', 'BW'].includes(text(first, 'SUVType')))
    return { factor: 1, unit: SUV_BY_WEIGHT }
  if (first === undefined || units !== 'BQML') return { factor: 1, unit: '1' }
  const factor = suvFactor(first, slices)
  return factor === null ? { factor: 1, unit: 'Bq/ml' } : { factor, unit: SUV_BY_WEIGHT }
}

function suvFactor(header: Dataset, slices: readonly Dataset[]): number | null {
  const weightKg = number(header, 'PatientWeight')
  const [drug] = items(header, 'RadiopharmaceuticalInformationSequence')
  if (drug === undefined || weightKg === null || weightKg <= 0) return null
  const doseBq = number(drug, 'RadionuclideTotalDose')
  const corrected = texts(header, 'CorrectedImage')
  if (doseBq === null || doseBq < DOSE_MIN_BQ || !corrected.includes('DECY') || !corrected.includes('ATTN'))
    return null
  const decay = decayUntilScan(header, drug, slices)
  return decay === null ? null : (weightKg * 1000) / (doseBq * decay)
}

/** Share of the injected activity that is left at the time the images are decay corrected to. */
function decayUntilScan(header: Dataset, drug: Dataset, slices: readonly Dataset[]): number | null {
  const correction = text(header, 'DecayCorrection')
  if (correction === 'ADMIN') return 1
  if (correction !== 'START') return null
  const halfLifeS = number(drug, 'RadionuclideHalfLife')
  const scanMs = scanStartMs(header, slices)
  if (halfLifeS === null || halfLifeS <= 0 || scanMs === null) return null
  const injectionMs = injectionTimeMs(drug, scanMs)
  if (injectionMs === null || injectionMs > scanMs || scanMs - injectionMs > MS_PER_DAY) return null
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
