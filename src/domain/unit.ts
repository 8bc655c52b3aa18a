/** A UCUM unit as people read it: `HU`, `SUVbw`; empty for `1`. */
function unitText(unit: string): string {
  return READ_AS[unit] ?? unit
}

const READ_AS: Readonly<Record<string, string>> = {
  '1': '',
  "[hnsf'U]": 'HU',
  'g/ml{SUVbw}': 'SUVbw',
}

/** A number as text with its unit: `55 HU`, `0.4`. */
export function withUnit(number: string, unit: string): string {
  return `${number} ${unitText(unit)}`.trimEnd()
}
