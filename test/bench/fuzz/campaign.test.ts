/** The short form of `npm run bench:fuzz`: the same executions every time, in every parser. */
import { describe, expect, it } from 'vitest'
import { inputOf, runCampaign } from '../../../src/bench/fuzz/campaign.ts'
import { fuzzCorpus } from '../../../src/bench/fuzz/corpus.ts'
import { fuzzEntries, type FuzzEntry } from '../../../src/bench/fuzz/entries.ts'
import { PlumblineError } from '../../../src/errors.ts'

const ENTRIES = fuzzEntries(fuzzCorpus(null))
const EXECUTIONS = 3000

describe('fuzzing', () => {
  it('starts from objects that every parser reads', async () => {
    for (const { name, seeds, run } of ENTRIES) {
      const problems = await Promise.all(
        seeds.map(async (bytes) => {
          try {
            // Little Endian, whose binary values may have any length.
            await run(bytes, () => 0.49)
            return null
          } catch (error) {
            return error
          }
        }),
      )
      expect([name, ...problems]).toEqual([name, ...seeds.map(() => null)])
    }
  })

  it('gives a value or a PlumblineError, and some of both', async () => {
    const { tally, failures } = await runCampaign(ENTRIES, { seed: 20_261_121, from: 0, to: EXECUTIONS })
    expect(failures).toEqual([])
    for (const entry of ['SEG', 'RTSTRUCT', 'image series']) {
      expect(Object.keys(tally[entry] ?? {})).toEqual(expect.arrayContaining(['read', 'bad-dicom']))
    }
  })

  it('finds what escapes, and can make the input again', async () => {
    const found: Uint8Array[] = []
    const broken: FuzzEntry = {
      name: 'broken',
      weight: 1,
      seeds: [new Uint8Array(64)],
      run: (bytes) => {
        if (bytes.includes(0xff)) {
          found.push(bytes)
          throw new TypeError('it broke')
        }
        if (bytes.length < 64) throw new PlumblineError('bad-dicom', 'too short')
      },
    }
    const { tally, failures } = await runCampaign([broken], { seed: 1, from: 0, to: 500 })
    expect(tally['broken']).toMatchObject({ failed: failures.length })
    expect(failures[0]).toMatchObject({ entry: 'broken', what: 'TypeError: it broke' })
    expect(inputOf([broken], 1, failures[0]?.index ?? -1).bytes).toEqual(found[0])
  })
})
