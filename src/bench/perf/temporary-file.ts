/** Files that a measured program writes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file name for one output, whose folder is gone afterwards. */
export async function withTemporaryFile<Result>(
  name: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
  try {
    return await use(join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
