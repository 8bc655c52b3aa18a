/** What plastimatch found. */
import { open } from 'node:fs/promises'

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
