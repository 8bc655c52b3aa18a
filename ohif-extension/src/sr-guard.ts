/**
 * OHIF 3.11 to 3.14 reads `measurement.coords[0]` of every measurement group of a structured report, and falls over those that have none:
 * a verdict is about a whole segment and need not point anywhere.
 */
interface Measurement {
  readonly coords?: readonly unknown[]
}

/** Gives a group without coordinates one that refers to nothing; the host then leaves the group alone. */
export function withCoordinates({ measurement }: { readonly measurement: Measurement }): Measurement {
  const hasCoordinates = measurement.coords !== undefined && measurement.coords.length > 0
  return hasCoordinates ? measurement : { ...measurement, coords: [{}] }
}
