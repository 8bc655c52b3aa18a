/** The OHIF release that is served: the published, prebuilt viewer (MIT), pinned by the digest of its package. */
export interface ViewerRelease {
  readonly version: string
  /** Subresource integrity of the package. */
  readonly integrity: string
}

export const VIEWER_RELEASE: ViewerRelease = {
  version: '3.13.2',
  integrity:
    'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==',
}

export function releaseFolder({ version }: ViewerRelease): string {
  return `ohif-${version}`
}
