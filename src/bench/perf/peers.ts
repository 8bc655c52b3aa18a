/** The programs that ours is measured against: how each is called and what it found. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchInputs } from './inputs.ts'

/** What a careful pydicom user writes: one boolean volume per segment, of the slices it has. argv: the SEG. */
const PYDICOM_SEG = `
import json, sys
import numpy, pydicom
data = pydicom.dcmread(sys.argv[1])
bits = numpy.unpackbits(numpy.frombuffer(data.PixelData, dtype=numpy.uint8), bitorder='little')
size = data.Rows * data.Columns
frames = bits[:int(data.NumberOfFrames) * size].reshape(-1, data.Rows, data.Columns)
where = {}
for n, group in enumerate(data.PerFrameFunctionalGroupsSequence):
    number = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    z = float(group.PlanePositionSequence[0].ImagePositionPatient[2])
    where.setdefault(number, []).append((z, n))
totals = []
for segment in data.SegmentSequence:
    order = [n for _, n in sorted(where.get(segment.SegmentNumber, []))]
    mask = frames[order].view(bool)
    totals.append(int(numpy.count_nonzero(mask)))
print(json.dumps(totals))
`

export function pydicomCommand({ seg }: BenchInputs): string[] {
  return ['/usr/bin/python3', '-c', PYDICOM_SEG, seg]
}

export function plastimatchCommand({ rtStruct, ctFolder }: BenchInputs, outputFile: string): string[] {
  const grid = ['--referenced-ct', ctFolder]
  return ['plastimatch', 'convert', '--input', rtStruct, ...grid, '--output-ss-img', outputFile]
}

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

/**
 * Voxels per structure of a structure set image: an uncompressed MetaImage of bytes, `channels` per voxel, one bit per
 * structure, least significant first.
 */
export async function structureSetTotals(path: string): Promise<number[]> {
  const file = await open(path)
  try {
    const bytes = await file.readFile()
    const mark = /ElementDataFile = LOCAL\r?\n/.exec(bytes.toString('latin1', 0, 4096))
    if (mark === null) throw new Error('plastimatch wrote another kind of file')
    const header = bytes.toString('latin1', 0, mark.index)
    const channels = Number(/ElementNumberOfChannels = (\d+)/.exec(header)?.[1] ?? 1)
    return bitTotals(bytes.subarray(mark.index + mark[0].length), channels)
  } finally {
    await file.close()
  }
}

function bitTotals(voxels: Uint8Array, channels: number): number[] {
  const histogram = new Float64Array(channels * 256)
  for (let n = 0, channel = 0; n < voxels.length; n++) {
    const value = voxels[n] ?? 0
    if (value !== 0) histogram[channel * 256 + value] = (histogram[channel * 256 + value] ?? 0) + 1
    channel = channel + 1 === channels ? 0 : channel + 1
  }
  return Array.from({ length: channels * 8 }, (_, bit) => {
    const ofChannel = histogram.subarray((bit >> 3) * 256, ((bit >> 3) + 1) * 256)
    return ofChannel.reduce((sum, count, value) => sum + ((value >> (bit & 7)) & 1) * count, 0)
  })
}
