/** Tables of the pages, taken from what was printed. */

/** A table of the page becomes the one of the same head that was printed, where there is exactly one. */
export function withTables(page: string, printed: readonly string[]): string {
  const tables = tablesOf(printed)
  return blocksOf(page.split('\n'))
    .flatMap((block) => {
      const same = isTable(block) ? tables.filter(([head]) => head === block[0]) : []
      return same.length === 1 ? (same[0] ?? block) : block
    })
    .join('\n')
}

export function tablesOf(lines: readonly string[]): string[][] {
  return blocksOf(lines).filter(isTable)
}

function isTable([first = '']: readonly string[]): boolean {
  return first.startsWith('|')
}

/** Rows of one table, or lines between tables. */
function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = []
  for (const line of lines) {
    const last = blocks.at(-1)
    if (last !== undefined && isTable(last) === line.startsWith('|')) last.push(line)
    else blocks.push([line])
  }
  return blocks
}
