/** OHIF as others run it: any release, as it is published, without our extension, on the DICOMweb of a service. */
import { once } from 'node:events'
import express from 'express'
import type { Page } from 'playwright-core'
import { createDicomwebProxy } from '../../src/intake/dicomweb-proxy.ts'
import { createViewerRouter } from '../../src/viewer/router.ts'
import type { ViewerRelease } from '../../src/viewer/release.ts'
import { viewerFiles } from './viewer-files.ts'

const LIMITS = {
  requestBytesMax: 1e6,
  responseBytesMax: 1e9,
  stowAnswerBytesMax: 1e6,
  timeoutMs: 120_000,
}

export interface StockOhif {
  readonly url: string
  stop(): void
}

export async function startStockOhif(release: ViewerRelease, dicomWebUrl: string): Promise<StockOhif> {
  const proxy = createDicomwebProxy({
    pacsUrl: dicomWebUrl,
    credentials: {},
    publicOrigin: null,
    limits: LIMITS,
    onStored: () => Promise.resolve(),
    onProblem: () => {},
  })
  const viewer = await createViewerRouter({
    files: await viewerFiles(release),
    pathPrefix: '',
    extension: null,
  })
  const server = express().use('/dicom-web', proxy).use(viewer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the viewer does not listen')
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The few services of OHIF that are used here; a page has them as `window.services`, in every release since 3.9. */
interface Services {
  readonly displaySetService: {
    getActiveDisplaySets(): { readonly SOPInstanceUID?: string; readonly displaySetInstanceUID: string }[]
  }
  readonly viewportGridService: {
    getActiveViewportId(): string
    setDisplaySetsForViewport(to: { viewportId: string; displaySetInstanceUIDs: string[] }): void
  }
  readonly cornerstoneViewportService: {
    getCornerstoneViewport(
      viewportId: string,
    ): { getCurrentImageId?(): string | undefined; render?(): void } | undefined
  }
}
declare const services: Services
declare const document: { querySelectorAll(selector: string): Iterable<{ readonly textContent: string }> }

/** Puts the report into the viewport, as dragging it there does. */
export async function showReport(page: Page, sopInstanceUid: string): Promise<void> {
  await page.waitForFunction(
    (uid) => services.displaySetService.getActiveDisplaySets().some((one) => one.SOPInstanceUID === uid),
    sopInstanceUid,
  )
  await page.evaluate((uid) => {
    const { displaySetService, viewportGridService } = services
    const displaySet = displaySetService.getActiveDisplaySets().find((one) => one.SOPInstanceUID === uid)
    viewportGridService.setDisplaySetsForViewport({
      viewportId: viewportGridService.getActiveViewportId(),
      displaySetInstanceUIDs: [displaySet?.displaySetInstanceUID ?? ''],
    })
  }, sopInstanceUid)
}

/** Waits until the viewport shows this very image. */
export async function waitForImage(page: Page, sopInstanceUid: string): Promise<void> {
  await page.waitForFunction((uid) => {
    const { cornerstoneViewportService, viewportGridService } = services
    const viewport = cornerstoneViewportService.getCornerstoneViewport(
      viewportGridService.getActiveViewportId(),
    )
    return viewport?.getCurrentImageId?.()?.includes(`/instances/${uid}/`) === true
  }, sopInstanceUid)
}

/**
 * Waits until this text stands on the images. OHIF 3.11 and 3.12 may add what a report marks after they have drawn for the last
 * time: the reader's next movement shows it, so the viewport is drawn anew here until it is there.
 */
export async function waitForText(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const { cornerstoneViewportService, viewportGridService } = services
      const id = viewportGridService.getActiveViewportId()
      cornerstoneViewportService.getCornerstoneViewport(id)?.render?.()
      return [...document.querySelectorAll('svg.svg-layer')].some((layer) =>
        layer.textContent.includes(wanted),
      )
    },
    text,
    { polling: 500 },
  )
}
