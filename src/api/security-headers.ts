import type { RequestHandler } from 'express'
import helmet from 'helmet'

const SHARED = {
  // TLS ends at the proxy in front; the proxy knows whether this host is https for good.
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' as const },
}

/** For everything that is ours: no script at all, nothing from elsewhere, never in a frame. */
export function securityHeaders(): RequestHandler {
  return helmet({
    ...SHARED,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}

/**
 * For OHIF on the same origin: its index.html has inline scripts (an import map among them), its image codecs are
 * WebAssembly whose glue code uses the Function constructor, its workers come as blobs. Still nothing from elsewhere.
 */
export function viewerHeaders(): RequestHandler {
  return helmet({
    ...SHARED,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
  })
}
