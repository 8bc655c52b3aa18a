/** What reading one object or one series may cost. Same names and meanings as `limits` in config/default.yaml. */
export interface ReadLimits {
  /** Bytes of one Part 10 file, deflated data sets counted inflated. */
  readonly objectBytesMax: number
  /** Bytes of all files of one image series together. */
  readonly seriesBytesMax: number
  readonly seriesInstancesMax: number
  /** Voxels of one volume, of one segmentation grid, and of all mask boxes of one object together. */
  readonly voxelsMax: number
  readonly segmentsMax: number
  /** Items of one sequence of a segmentation object (frames of a SEG), and all contours of one RTSTRUCT together. */
  readonly sequenceItemsMax: number
  /** Contour points of one RTSTRUCT. */
  readonly contourPointsMax: number
}
