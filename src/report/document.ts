/** A report as sections of words, charts and tables: what a page and a PDF both show. */
import type { ReportModel } from '../domain/report-model.ts'
import type { Chart } from './chart.ts'

export interface Cell {
  readonly text: string
  /** Address below the base of the service, without a slash at its beginning. */
  readonly path?: string
  readonly tone?: 'alarm' | 'quiet'
}

export interface Table {
  readonly title: string
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[]
  readonly rows: readonly (readonly (Cell | string)[])[]
}

export interface Picture {
  readonly png: Uint8Array
  readonly text: string
}

export interface Section {
  readonly title: string
  /** Plain words first. */
  readonly words: readonly string[]
  readonly charts: readonly (Chart | null)[]
  readonly tables: readonly Table[]
  readonly pictures?: readonly Picture[]
}

export interface ReportDocument {
  readonly title: string
  readonly subtitle: string
  /** Short, for the foot of a page. */
  readonly period: string
  readonly madeBy: string
  readonly madeAt: Date
  /** What a reader must know before anything else; null: nothing. */
  readonly banner: string | null
  readonly summary: readonly string[]
  readonly sections: readonly Section[]
}

export type SectionOf = (report: ReportModel) => Section
