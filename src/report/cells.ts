/** Parts of tables. */
import type { Example, Rate } from '../domain/report-model.ts'
import type { Cell, Table } from './document.ts'
import { changeText, differs } from './words.ts'

const NAME_LENGTH_MAX = 60

/** Against the period before; marked where chance is not likely to make it. */
export function changeCell(now: Rate, before: Rate | null): Cell {
  return { text: changeText(now, before), tone: differs(now, before) ? 'alarm' : 'quiet' }
}

/** One cell: the first example; the JSON has all of them. */
export function exampleCells([first]: readonly Example[]): Cell[] {
  return [
    first === undefined
      ? { text: '' }
      : { text: `case ${first.caseId.slice(0, 8)}`, path: viewerPath(first) },
  ]
}

export function viewerPath({ studyInstanceUid }: Pick<Example, 'studyInstanceUid'>): string {
  return `plumbline?StudyInstanceUIDs=${encodeURIComponent(studyInstanceUid)}`
}

/** `#` before a title: a column of numbers. */
export function columns(...titles: readonly string[]): Table['columns'] {
  return titles.map((title) =>
    title.startsWith('#') ? { title: title.slice(1), isNumber: true } : { title },
  )
}

/** Text that came from DICOM, quoted. */
export function named(name: string): string {
  return `“${shortened(name)}”`
}

export function shortened(name: string): string {
  const characters = Array.from(name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim())
  return characters.length > NAME_LENGTH_MAX
    ? `${characters.slice(0, NAME_LENGTH_MAX - 1).join('')}…`
    : characters.join('')
}
