/** Runs a command as a fresh process and tells what it cost, the same way for every program. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Cost {
  readonly wallS: number
  /** User and system, of the process and its threads and children. */
  readonly cpuS: number
  readonly peakMebibytes: number
}

export type Measured =
  | { readonly ok: true; readonly cost: Cost; readonly stdout: string }
  | { readonly ok: false; readonly reason: string; readonly cost: Cost | null }

export interface MeasureOptions {
  readonly timeoutS: number
  /** Exit codes that mean the work was done. */
  readonly exitCodes: readonly number[]
}

/** wait4(2) is the one place that tells CPU time and peak memory of a child after its end. argv: timeout, command. */
const WAIT4 = `
import os, signal, subprocess, sys, time
start = time.monotonic()
child = subprocess.Popen(sys.argv[2:], start_new_session=True)
late = []
def stop(*_):
    late.append(True)
    os.killpg(child.pid, signal.SIGKILL)
signal.signal(signal.SIGALRM, stop)
signal.alarm(int(sys.argv[1]))
_, status, used = os.wait4(child.pid, 0)
print()
print(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024,
      'timeout' if late else os.waitstatus_to_exitcode(status))
`
const OUTPUT_BYTES_MAX = 2 ** 26
const run = promisify(execFile)

/** Never throws for what the command does: that is a measurement too. */
export async function measure(command: readonly string[], options: MeasureOptions): Promise<Measured> {
  const { stdout, stderr } = await run(
    'python3',
    ['-I', '-S', '-c', WAIT4, String(options.timeoutS), ...command],
    { maxBuffer: OUTPUT_BYTES_MAX },
  ).catch((cause: unknown) => ({ stdout: '', stderr: String(cause) }))
  const lines = stdout.trimEnd().split('\n')
  const [wallS = NaN, cpuS = NaN, peakMebibytes = NaN, exit = NaN] = (lines.pop() ?? '')
    .split(' ')
    .map(Number)
  if (Number.isNaN(wallS)) return { ok: false, reason: `could not start: ${lastLine(stderr)}`, cost: null }
  const cost = { wallS, cpuS, peakMebibytes }
  if (Number.isNaN(exit)) return { ok: false, reason: `stopped after ${options.timeoutS} s`, cost }
  if (options.exitCodes.includes(exit)) return { ok: true, cost, stdout: lines.join('\n').trim() }
  return { ok: false, reason: `ended with ${exit}: ${lastLine(stderr)}`, cost }
}

/** Each figure by itself. */
export function medianCost(costs: readonly Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number): number =>
    costs.map(pick).toSorted((a, b) => a - b)[Math.floor((costs.length - 1) / 2)] ?? NaN
  return {
    wallS: middle((cost) => cost.wallS),
    cpuS: middle((cost) => cost.cpuS),
    peakMebibytes: middle((cost) => cost.peakMebibytes),
  }
}

/** The last line that names an error, else the last. */
function lastLine(output: string): string {
  const lines = output.trim().split('\n')
  return (lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1) ?? '').trim().slice(0, 200)
}
