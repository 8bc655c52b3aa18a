/** Tables of the results, in Markdown. */

export function tableRow(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

/** Between the names of the columns and the rows. */
export function tableRule(columns: number): string {
  return tableRow(Array.from({ length: columns }, () => '---'))
}

export function tableHead(columns: readonly string[]): string[] {
  return [tableRow(columns), tableRule(columns.length)]
}
