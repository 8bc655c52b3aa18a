/**
 * Independent judges of what we write, from Debian: dciodvfy (dicom3tools), dsrdump and dsr2xml (dcmtk), DicomSRValidator
 * (pixelmed-apps). Each function returns what it holds against a file; known false positives are left out, by name.
 */
import { spawnSync } from 'node:child_process'

/** A complaint that is wrong, and why. `complaint` is matched against the validator's whole line. */
interface FalsePositive {
  readonly complaint: RegExp
  readonly reason: string
}

const DCIODVFY_FALSE_POSITIVES: readonly FalsePositive[] = []

const GROUP = String.raw`CONTAINER \(125007,DCM,"Measurement Group"\)`
const IN_GROUP = String.raw`^Warning: .*${GROUP}/`
const NOT_IN_TEMPLATE = 'Content Item not in template$'

/** PixelMed of 2022 (20220618) checks against the templates of that time. */
const PIXELMED_FALSE_POSITIVES: readonly FalsePositive[] = [
  {
    complaint: new RegExp(
      String.raw`^Error: Template 1411 .*\[Row (5|7|10)\] (SCOORD|IMAGE|SCOORD3D) .*within 1\.10\.\d+: .*${GROUP}: Missing conditional`,
    ),
    reason: 'TID 1501 groups are matched against TID 1411 (same concept name, 125007) and have no region.',
  },
  {
    complaint: new RegExp(`${IN_GROUP}(CODE|TEXT) \\([A-Z0-9]+,99PLUMB,[^/]*\\): ${NOT_IN_TEMPLATE}`),
    reason: 'TID 1411 rows 16 and 17, TID 1501 rows 11 and 12 (any coded name) are not in its templates.',
  },
  {
    complaint: new RegExp(
      `${IN_GROUP}CODE \\(FINDING,99PLUMB,[^/]*\\)/(CODE \\(SEVERITY,99PLUMB,[^/]*\\)|IMAGE): ${NOT_IN_TEMPLATE}`,
    ),
    reason:
      'TID 1411 row 16b (modifier) is not in its templates; they are extensible, which allows the image.',
  },
  {
    complaint: new RegExp(
      `${IN_GROUP}CODE \\((276214006,SCT,"Finding category"|272741003,SCT,"Laterality")\\): ${NOT_IN_TEMPLATE}`,
    ),
    reason: 'TID 1411 row 3a came later; row 16 takes any coded name.',
  },
  {
    complaint: new RegExp(
      `${IN_GROUP}(NUM [^/]*/)?TEXT \\((111001|111003|111002),DCM,"Algorithm [A-Z][a-z]+"\\): ${NOT_IN_TEMPLATE}`,
    ),
    reason: 'TID 4019 in TID 1419 came later, or the group is a TID 1501 one.',
  },
  {
    complaint: new RegExp(
      `${IN_GROUP}(COMPOSITE \\(130488,DCM,"Region in Space"\\)|TEXT \\(130489,DCM,"Referenced Region of Interest Identifier"\\)): ${NOT_IN_TEMPLATE}`,
    ),
    reason: 'TID 1411 rows 12b and 12c came later.',
  },
  {
    complaint: new RegExp(
      `^Warning: .*/CODE \\((SEGMENTVERDICT|READERVERDICT),99PLUMB,[^/]*\\)/.*: ${NOT_IN_TEMPLATE}`,
    ),
    reason: 'TID 1500 row 13 has no children of its own; the template is extensible.',
  },
  {
    complaint: new RegExp(
      `${IN_GROUP}(SCOORD \\(121226,DCM,"Approximate spatial location"\\)(/IMAGE)?): ${NOT_IN_TEMPLATE}`,
    ),
    reason: 'TID 1501 row 10c came later.',
  },
]

const TIMEOUT_MS = 170_000

/** Lines that start with `Error`, and an exit status that is not 0. */
export function dciodvfyErrors(file: string): string[] {
  return complaints(run('dciodvfy', ['-new', file]), /^Error/, DCIODVFY_FALSE_POSITIVES)
}

/** DCMTK's SR reader: lines that start with `E:` or `F:`, and an exit status that is not 0. */
export function dsrdumpErrors(file: string): string[] {
  return complaints(run('dsrdump', [file]), /^[EF]:/, [])
}

/** DCMTK's view of one attribute, as it stands in the file. */
export function dcmdump(file: string, keyword: string): string {
  return run('dcmdump', ['+P', keyword, file]).lines.join('\n')
}

/** The report as DCMTK's XML, UTF-8: an independent reader of nested text. */
export function dsrXml(file: string): string {
  return run('dsr2xml', [file]).lines.join('\n')
}

/** Errors and warnings of PixelMed's template check. Slow: about 10 s of one core per file. */
export function pixelMedErrors(file: string): string[] {
  const unlimited = ['xpathExprOpLimit', 'xpathTotalOpLimit', 'xpathExprGrpLimit'].map(
    (name) => `-Djdk.xml.${name}=0`,
  )
  const program = ['-cp', '/usr/share/java/pixelmed.jar', 'com.pixelmed.validate.DicomSRValidator']
  const options = ['-checktemplateid', '-checkcontentitemorder']
  const result = run('java', ['-Xmx2g', ...unlimited, ...program, ...options, file])
  if (!result.lines.includes('Root Template Validation Complete'))
    return ['the template check did not finish', ...result.lines]
  return complaints(result, /^(Error|Warning)/, PIXELMED_FALSE_POSITIVES)
}

interface Result {
  readonly status: number | null
  readonly lines: readonly string[]
}

function run(program: string, args: readonly string[]): Result {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 256 * 1024 * 1024,
  })
  if (error !== undefined) throw error
  return { status, lines: `${stdout}\n${stderr}`.split('\n') }
}

function complaints({ status, lines }: Result, wanted: RegExp, known: readonly FalsePositive[]): string[] {
  const found = lines.filter(
    (line) => wanted.test(line) && !known.some(({ complaint }) => complaint.test(line)),
  )
  return status === 0 || found.length > 0 ? found : [`exit status ${status}`, ...lines.slice(-5)]
}
