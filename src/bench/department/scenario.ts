/** A department that does not exist: what it has, what happens in it, and when. Everything in it is called synthetic. */
import type { Modality } from '../../domain/geometry.ts'
import type { FailureMode } from '../../domain/evidence.ts'

export interface SyntheticStructure {
  /** Id of the knowledge entry. */
  readonly id: string
  /** Chance that a segment is not usable (score 3 or lower). */
  readonly failureShare: number
  readonly mode: FailureMode
  readonly volumeCm3: number
  readonly meanValue: number
}

export interface SyntheticProducer {
  readonly manufacturer: string
  readonly algorithm: string
  readonly version: string
  readonly modality: Modality
  readonly structures: readonly SyntheticStructure[]
}

export const SCENARIO_DAYS = 90
/** 1 January 2026 is day 1. */
export const FIRST_DAY = Date.UTC(2026, 0, 1)

export const PRODUCERS: readonly SyntheticProducer[] = [
  {
    manufacturer: 'Synthetic A',
    algorithm: 'Abdomen',
    version: '2.3',
    modality: 'CT',
    structures: [
      { id: 'liver', failureShare: 0.03, mode: 'leakage', volumeCm3: 1500, meanValue: 105 },
      { id: 'kidney', failureShare: 0.04, mode: 'truncated', volumeCm3: 160, meanValue: 170 },
      { id: 'spleen', failureShare: 0.03, mode: 'fragmented', volumeCm3: 210, meanValue: 115 },
    ],
  },
  {
    manufacturer: 'Synthetic B',
    algorithm: 'Planning',
    version: '5.0',
    modality: 'CT',
    structures: [
      { id: 'heart', failureShare: 0.05, mode: 'slice-outlier', volumeCm3: 680, meanValue: 120 },
      { id: 'spinal-cord', failureShare: 0.06, mode: 'slice-gap', volumeCm3: 55, meanValue: 35 },
      {
        id: 'urinary-bladder',
        failureShare: 0.08,
        mode: 'boundary-unsupported',
        volumeCm3: 190,
        meanValue: 12,
      },
    ],
  },
  {
    manufacturer: 'Synthetic C',
    algorithm: 'Neuro',
    version: '1.4',
    modality: 'MR',
    structures: [
      { id: 'hippocampus', failureShare: 0.07, mode: 'implausible-shape', volumeCm3: 3.4, meanValue: 420 },
      { id: 'prostate', failureShare: 0.1, mode: 'implausible-volume', volumeCm3: 45, meanValue: 310 },
    ],
  },
]

/** From this day on this producer has a new version, which is worse at one organ and does not say so. */
export const UPDATE = {
  day: 60,
  producer: 0,
  version: '2.4',
  structure: 'kidney',
  failureShare: 0.2,
} as const

export const SCANNERS = ['Synthetic Scanner One', 'Synthetic Scanner Two'] as const
/** From this day on everything is examined on the second scanner, whose values are higher; segmentations are as good. */
export const SCANNER_CHANGE = { day: 70, meanValueFactor: 1.25 } as const
/** Before: this share is. */
export const SECOND_SCANNER_SHARE = 0.3

export const SITES = ['Synthetic North', 'Synthetic South'] as const

/** How much more often than others each reader accepts: added to the log odds. */
export const READERS = [
  { id: 'synthetic-1', name: 'Synthetic Reader 1', leniency: 0 },
  { id: 'synthetic-2', name: 'Synthetic Reader 2', leniency: 0.4 },
  { id: 'synthetic-3', name: 'Synthetic Reader 3', leniency: -0.5 },
  { id: 'synthetic-4', name: 'Synthetic Reader 4', leniency: 0.1 },
] as const
export const REVIEWED_SHARE = 0.15
export const SECOND_READER_SHARE = 0.2

/** Obese patients' segmentations fail so many times as often. */
export const OBESE_FAILURE_FACTOR = 2
export const NOT_ASSESSABLE_SHARE = 0.01
