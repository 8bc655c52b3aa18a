/** The rows of the bench. */
import { join } from 'node:path'
import { z } from 'zod'
import { plastimatchCommand, pydicomCommand, structureSetTotals } from './peers.ts'
import type { Contender, Row, Setting } from './rows.ts'

const Totals = z.array(z.number())
/** Of the cases that `plumbline check --json` prints, what shows that the work was done. */
const JudgedCases = z.array(z.object({ segments: z.array(z.object({ findings: z.array(z.unknown()) })) }))

export const ROWS: readonly Row[] = [
  {
    id: 'a',
    title: 'SEG, 100 segments, to masks',
    ours: ourJob('job-seg.js', ({ inputs }) => [inputs.seg]),
    peer: {
      name: 'pydicom + numpy',
      command: ({ inputs }) => pydicomCommand(inputs),
      exitCodes: [0],
      totals: async (stdout) => Totals.parse(JSON.parse(stdout)),
    },
  },
  {
    id: 'b',
    title: 'RTSTRUCT, 20 ROIs, to masks on the CT grid',
    ours: ourJob('job-rtstruct.js', ({ inputs }) => [inputs.rtStruct, inputs.ctFolder]),
    peer: {
      name: 'plastimatch',
      command: ({ inputs }, file) => plastimatchCommand(inputs, file),
      exitCodes: [0],
      totals: (_, file) => structureSetTotals(file),
    },
  },
  {
    id: 'e',
    title: 'Whole study, CT and SEG on disk, to findings (plumbline check; totals are findings per segment)',
    ours: {
      name: 'plumbline',
      command: ({ program, inputs }) => [
        process.execPath,
        join(program, 'cli.js'),
        'check',
        inputs.study,
        '--json',
      ],
      // 1 says that not everything was accepted.
      exitCodes: [0, 1],
      totals: async (stdout) =>
        JudgedCases.parse(JSON.parse(stdout)).flatMap(({ segments }) =>
          segments.map(({ findings }) => findings.length),
        ),
    },
    peer: null,
  },
]

function ourJob(script: string, args: (setting: Setting) => string[]): Contender {
  return {
    name: 'plumbline',
    command: (setting) => [
      process.execPath,
      join(setting.program, 'bench', 'perf', script),
      ...args(setting),
    ],
    exitCodes: [0],
    totals: async (stdout) => Totals.parse(JSON.parse(stdout)),
  }
}
