/** The rows of the bench. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { spacingMm, voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { surfaceAreasMm2 } from '../../imaging/marching-cubes.ts'
import { GRID } from './grid.ts'
import { LARGE_COUNT, SMALL_COUNT } from './inputs.ts'
import { CORNERSTONE_ADAPTERS, DCMQI, installPeer, peerScript, type NpmPeer } from './npm-peers.ts'
import { importCommand, pydicomCommand, scipyAgreementCommand, scipyLabelsCommand } from './python-peers.ts'
import type { Contender, Row, Setting } from './rows.ts'
import { structureSetTotals } from './structure-set.ts'

const TOLERANCE_MM = 2
/** Sums in another order. */
const ROUNDING = 1e-6

const Answers = z.array(z.number())
/** Of the cases that `plumbline check --json` prints, what shows that a better mask was proposed. */
const MendedCases = z.array(
  z.object({ correction: z.object({ segments: z.array(z.object({ outcome: z.literal('proposed') })) }) }),
)
/** Of the cases that `plumbline check --json` prints, what shows that the work was done. */
const JudgedCases = z.array(z.object({ segments: z.array(z.object({ findings: z.array(z.unknown()) })) }))

export const ROWS: readonly Row[] = [
  {
    id: 'a',
    title: `SEG, ${SMALL_COUNT} segments, to masks`,
    measured:
      'file to one mask per segment; answers: voxels per segment. cornerstone reads the CT headers too',
    target: { cpuS: 1, peakMebibytes: 300 },
    tolerance: 0,
    ours: ourJob('job-seg.js', ({ inputs }) => [inputs.seg]),
    peers: [
      inPython('pydicom + numpy', ['pydicom', 'numpy'], ({ inputs }) => pydicomCommand(inputs.seg)),
      fromNpm(CORNERSTONE_ADAPTERS),
      fromNpm(DCMQI),
    ],
  },
  {
    id: 'b',
    title: `RTSTRUCT, ${LARGE_COUNT} ROIs, to masks on the CT grid`,
    measured:
      'file and CT headers to one mask per ROI; answers: voxels per ROI. plastimatch reads the CT whole',
    target: { cpuS: 1.3, peakMebibytes: 300 },
    tolerance: 0,
    ours: ourJob('job-rtstruct.js', ({ inputs }) => [inputs.rtStruct, inputs.ctFolder]),
    peers: [
      {
        name: 'plastimatch',
        prepare: async () => mustRun(['plastimatch', '--version'], 'plastimatch'),
        command: ({ inputs }, file) => [
          'plastimatch',
          'convert',
          '--input',
          inputs.rtStruct,
          '--referenced-ct',
          inputs.ctFolder,
          '--output-ss-img',
          file,
        ],
        exitCodes: [0],
        answers: (_, file) => structureSetTotals(file),
      },
    ],
  },
  {
    id: 'c',
    title: `Components, volume and HU statistics of ${SMALL_COUNT} labels`,
    measured:
      'reading label map and CT (array files, whole grid); answers per label: components, largest, mm3, mean, deviation',
    target: { cpuS: 1.1, peakMebibytes: 300 },
    tolerance: ROUNDING,
    ours: ourJob('job-labels.js', ({ inputs }) => [inputs.labels, inputs.ctArray, String(SMALL_COUNT)]),
    peers: [
      inPython('scipy, cropped', ['scipy.ndimage'], ({ inputs }) =>
        scipyLabelsCommand(inputs.labels, inputs.ctArray, SMALL_COUNT, voxelVolumeMm3(GRID)),
      ),
    ],
  },
  {
    id: 'd',
    title: `Dice, surface Dice at ${TOLERANCE_MM} mm and HD95 of ${LARGE_COUNT} labels`,
    measured: 'reading two label maps (array files, whole grid); answers per label: Dice, surface Dice, HD95',
    target: { cpuS: 1.5, peakMebibytes: 300 },
    tolerance: ROUNDING,
    ours: ourJob('job-agreement.js', ({ inputs }) => [
      inputs.reference,
      inputs.redrawn,
      String(LARGE_COUNT),
      String(TOLERANCE_MM),
    ]),
    peers: [
      inPython('scipy, cropped', ['scipy.ndimage'], ({ inputs }) =>
        scipyAgreementCommand([inputs.reference, inputs.redrawn], LARGE_COUNT, {
          areas: [...surfaceAreasMm2(spacingMm(GRID))],
          spacingMm: spacingMm(GRID).toReversed(),
          toleranceMm: TOLERANCE_MM,
        }),
      ),
    ],
  },
  {
    id: 'e',
    title: 'Whole study, CT and SEG on disk, to findings',
    measured: 'plumbline check; answers: findings per segment',
    target: { wallS: 15, peakMebibytes: 1024 },
    tolerance: 0,
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
      answers: async (stdout) =>
        JudgedCases.parse(JSON.parse(stdout)).flatMap(({ segments }) =>
          segments.map(({ findings }) => findings.length),
        ),
    },
    peers: [],
  },
  {
    id: 'f',
    title: 'A rejected liver on a CT of 100 slices, to a proposal',
    measured:
      'plumbline check --out: verdict, refinement with the default model, pictures, SEG and SR; answers: segments with a proposal',
    target: { wallS: 60, peakMebibytes: 1536 },
    tolerance: 0,
    ours: {
      name: 'plumbline',
      command: ({ program, inputs }, file) => [
        process.execPath,
        join(program, 'cli.js'),
        'check',
        inputs.faultyStudy,
        '--json',
        '--out',
        `${file}.folder`,
      ],
      exitCodes: [1],
      answers: async (stdout) =>
        MendedCases.parse(JSON.parse(stdout)).map(({ correction }) => correction.segments.length),
    },
    peers: [],
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
    answers: parseAnswers,
  }
}

function inPython(
  name: string,
  modules: readonly string[],
  command: (setting: Setting) => string[],
): Contender {
  const prepare = async (): Promise<void> =>
    mustRun(importCommand(modules), `Debian's Python with ${modules.join(' and ')}`)
  return { name, prepare, command, exitCodes: [0], answers: parseAnswers }
}

function fromNpm(peer: NpmPeer): Contender {
  return {
    name: peer.name,
    prepare: ({ cache }) => installPeer(cache, peer),
    command: ({ cache, inputs }) => [process.execPath, peerScript(cache, peer), inputs.seg, inputs.ctFolder],
    exitCodes: [0],
    answers: parseAnswers,
  }
}

async function parseAnswers(stdout: string): Promise<number[]> {
  return Answers.parse(JSON.parse(stdout))
}

async function mustRun([program = '', ...args]: readonly string[], what: string): Promise<void> {
  try {
    await promisify(execFile)(program, args)
  } catch (cause) {
    throw new Error(`${what} is not installed`, { cause })
  }
}
