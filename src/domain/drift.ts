/** What the watch over producers says: charts that sum up evidence of a change, and distributions that have moved. */
import { z } from 'zod'

/** What a chart watches: the share of segments that are not accepted, or how far scores lie below 5. */
export const DriftMeasure = z.enum(['failures', 'scores'])
export type DriftMeasure = z.infer<typeof DriftMeasure>

/** One CUSUM chart over the segments of one structure by one producer, in order of arrival. */
export const DriftChart = z
  .object({
    producer: z.string(),
    structure: z.string(),
    measure: DriftMeasure,
    /** Segments that the in-control behaviour was learned from, and watched ones after them. */
    learned: z.number().int(),
    watched: z.number().int(),
    /** In control and after the change that the chart is tuned to: share of failures, or mean of 5 - score. */
    inControl: z.number(),
    tunedTo: z.number(),
    reference: z.number(),
    threshold: z.number(),
    /** Average run lengths in segments: until a false alarm, and until a change of the tuned size is seen. */
    arl0: z.number(),
    arl1: z.number(),
    /** 95 % of such changes are seen within so many segments. */
    delay95: z.number().int(),
    /** Mean of what was watched; null without any. */
    mean: z.number().nullable(),
    /** Last value of the sum on each day. */
    path: z.array(z.object({ day: z.iso.date(), sum: z.number() })),
    /** Null: none. */
    alarm: z
      .object({
        /** The day on which the sum crossed the threshold. */
        day: z.iso.date(),
        /** The change probably began here: the sum has been above 0 since. */
        since: z.iso.date(),
        /** Watched segments since then, up to the alarm. */
        segmentsSince: z.number().int(),
        /** Mean of what was watched since then, to the end of the period. */
        meanSince: z.number(),
        /** Before the period of the report, and still so. */
        earlier: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'DriftChart' })
export type DriftChart = z.infer<typeof DriftChart>

/** How far a measured value is distributed otherwise than before. */
export const Shift = z
  .object({
    producer: z.string(),
    structure: z.string(),
    evidence: z.string(),
    /** Population stability index over tenths of the distribution before. */
    psi: z.number(),
    /** What chance alone exceeds once in a thousand reports. */
    critical: z.number(),
    now: z.number().int(),
    before: z.number().int(),
    /** Large enough to matter, and more than chance. */
    alarm: z.boolean(),
    /** First week (its first day) in which it was so; null without an alarm or where no single week shows it. */
    since: z.iso.date().nullable(),
  })
  .meta({ id: 'Shift' })
export type Shift = z.infer<typeof Shift>

export const DriftReport = z
  .object({
    /** All charts together are tuned to so many false alarms in a year. */
    falseAlarmsPerYear: z.number(),
    /** Days before the period that are looked at. */
    historyDays: z.number().int(),
    charts: z.array(DriftChart),
    /** Producer and structure with too few segments to watch. */
    tooFew: z.array(z.object({ producer: z.string(), structure: z.string(), segments: z.number().int() })),
    shifts: z.array(Shift),
  })
  .meta({ id: 'DriftReport' })
export type DriftReport = z.infer<typeof DriftReport>
