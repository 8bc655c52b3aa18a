import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/dicom/part10.ts'
import { tagOf } from '../../src/dicom/dictionary.ts'
import { NO_SUV_TEXTS, petScale, type NoSuv } from '../../src/dicom/suv.ts'

type Values = Readonly<Record<string, string | number | readonly string[] | Dataset>>

const HALF_LIFE_S = 6586.2
const WEIGHT_KG = 70
const DOSE_BQ = 350e6

/** A data set by keyword; an empty text leaves the attribute without a value. */
function header(values: Values): Dataset {
  return Object.fromEntries(
    Object.entries(values).map(([keyword, value]) => [
      tagOf(keyword),
      { vr: '', Value: value === '' ? [] : Array.isArray(value) ? value : [value] },
    ]),
  )
}

function drug(more: Values = {}): Dataset {
  return header({
    RadionuclideTotalDose: DOSE_BQ,
    RadionuclideHalfLife: HALF_LIFE_S,
    RadiopharmaceuticalStartTime: '090000.00',
    ...more,
  })
}

/** Injected at 9:00, scanned at 10:00, decay corrected to the start of the scan. */
function slice(more: Values = {}, drugMore: Values = {}): Dataset {
  return header({
    Units: 'BQML',
    PatientWeight: WEIGHT_KG,
    DecayCorrection: 'START',
    CorrectedImage: ['ATTN', 'DECY'],
    SeriesDate: '20200102',
    SeriesTime: '100000',
    AcquisitionDate: '20200102',
    AcquisitionTime: '100000',
    RadiopharmaceuticalInformationSequence: drug(drugMore),
    ...more,
  })
}

/** SUVbw of 1 Bq/ml when this many minutes of decay lie between injection and scan. */
function factorAfter(minutes: number): number {
  return (WEIGHT_KG * 1000) / (DOSE_BQ * 2 ** ((-minutes * 60) / HALF_LIFE_S))
}

describe('petScale', () => {
  it.each<[string, Dataset[], number]>([
    ['decay corrected to the scan', [slice()], 60],
    ['decay corrected to the injection', [slice({ DecayCorrection: 'ADMIN' })], 0],
    [
      'decay corrected to the injection, times unknown',
      [slice({ DecayCorrection: 'ADMIN', SeriesTime: '', AcquisitionTime: '' })],
      0,
    ],
    [
      'injected before midnight, scanned after it',
      [
        slice(
          { SeriesTime: '003000', AcquisitionTime: '003000' },
          { RadiopharmaceuticalStartTime: '233000' },
        ),
      ],
      60,
    ],
    [
      'with the date of the injection, which counts before its time',
      [
        slice(
          {},
          { RadiopharmaceuticalStartDateTime: '20200102083000', RadiopharmaceuticalStartTime: '070000' },
        ),
      ],
      90,
    ],
    [
      'a scan that runs past midnight: the series began before it',
      [
        slice(
          { SeriesTime: '233000', AcquisitionTime: '233000' },
          { RadiopharmaceuticalStartTime: '223000' },
        ),
        slice({ SeriesTime: '233000', AcquisitionDate: '20200103', AcquisitionTime: '000500' }),
      ],
      60,
    ],
    [
      'a series time from before the first bed position',
      [slice({ AcquisitionTime: '101000' }), slice({ AcquisitionTime: '100500' })],
      60,
    ],
    [
      'a series time that post-processing set: the earliest acquisition counts',
      [slice({ SeriesTime: '150000' }), slice({ SeriesTime: '150000', AcquisitionTime: '101000' })],
      60,
    ],
  ])('is SUVbw: %s', (_, slices, minutes) => {
    const { factor, unit } = petScale(slices)
    expect(unit).toBe('g/ml{SUVbw}')
    expect(factor / factorAfter(minutes)).toBeCloseTo(1, 9)
  })

  it.each<[string, Dataset[], NoSuv]>([
    ['without a weight', [slice({ PatientWeight: '' })], 'no-weight'],
    ['with a weight of 0', [slice({ PatientWeight: 0 })], 'no-weight'],
    ['without a dose', [slice({}, { RadionuclideTotalDose: '' })], 'no-dose'],
    ['with a dose that is in MBq', [slice({}, { RadionuclideTotalDose: 350 })], 'no-dose'],
    ['without a half-life', [slice({}, { RadionuclideHalfLife: '' })], 'no-half-life'],
    [
      'without the radiopharmaceutical',
      [slice({ RadiopharmaceuticalInformationSequence: '' })],
      'no-radiopharmaceutical',
    ],
    ['not corrected for attenuation', [slice({ CorrectedImage: ['DECY'] })], 'not-corrected'],
    ['not corrected for decay', [slice({ CorrectedImage: ['ATTN'] })], 'not-corrected'],
    ['decay correction NONE', [slice({ DecayCorrection: 'NONE' })], 'decay-unknown'],
    ['without a time of injection', [slice({}, { RadiopharmaceuticalStartTime: '' })], 'no-injection-time'],
    ['with one slice of unknown time', [slice(), slice({ AcquisitionTime: '' })], 'no-scan-time'],
    [
      'injected a day and more before the scan',
      [slice({}, { RadiopharmaceuticalStartDateTime: '20200101083000' })],
      'no-injection-time',
    ],
    [
      'injected after the scan',
      [slice({}, { RadiopharmaceuticalStartDateTime: '20200102113000' })],
      'no-injection-time',
    ],
  ])('stays Bq/ml and says why: %s', (_, slices, noSuv) => {
    expect(petScale(slices)).toEqual({ factor: 1, unit: 'Bq/ml', noSuv })
    expect(NO_SUV_TEXTS[noSuv]).not.toBe('')
  })

  it.each<[string, Values, string]>([
    ['already SUVbw', { Units: 'GML' }, 'g/ml{SUVbw}'],
    ['already SUVbw, as it says', { Units: 'GML', SUVType: 'BW' }, 'g/ml{SUVbw}'],
    ['SUV by lean body mass', { Units: 'GML', SUVType: 'LBM' }, '1'],
    ['counts', { Units: 'CNTS' }, '1'],
    ['no unit', { Units: '' }, '1'],
  ])('takes values as they are: %s', (_, more, unit) => {
    const noSuv = unit === '1' ? 'other-scale' : null
    expect(petScale([slice(more)])).toEqual({ factor: 1, unit, noSuv })
  })
})
