/** NumPy's array files (format 1.0): whole volumes that any program reads at the speed of the disk. */
import { open } from 'node:fs/promises'
import type { Vector3 } from '../../domain/geometry.ts'

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
/** Magic and the length of the header. */
const PREFIX_BYTES = 10
const HEADER_BYTES = 128

/** Arrays are (k, j, i), C order, as `Volume` and `Mask` keep them. */
export async function writeNpy(path: string, size: Vector3, voxels: Uint8Array | Int16Array): Promise<void> {
  const type = voxels instanceof Uint8Array ? '|u1' : '<i2'
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${size.toReversed().join(', ')}), }`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(HEADER_BYTES - PREFIX_BYTES)
  const padded = `${header.padEnd(HEADER_BYTES - PREFIX_BYTES - 1)}\n`
  const file = await open(path, 'w')
  try {
    await file.write(Buffer.concat([MAGIC, length, Buffer.from(padded, 'latin1')]))
    await file.writeFile(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength))
  } finally {
    await file.close()
  }
}

/** Fills `chunk` again and again with what comes next in a file of `writeNpy`; the last time there may be less. */
export async function* readNpy(path: string, chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const end = (await file.stat()).size
    for (let position = HEADER_BYTES; position < end;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) throw new Error('an array file was cut short')
      yield chunk.subarray(0, bytesRead)
      position += bytesRead
    }
  } finally {
    await file.close()
  }
}
