/** A PACS whose calls are counted by outcome. */
import { PlumblineError } from './errors.ts'
import type { Metrics, PacsOperation, PacsOutcome } from './metrics.ts'
import type { Pacs } from './ports.ts'

const OUTCOME_OF_CODE: Readonly<Record<string, PacsOutcome>> = {
  'pacs-unreachable': 'unreachable',
  'pacs-refused': 'refused',
  timeout: 'timeout',
  'not-found': 'not-found',
}

export function meteredPacs(pacs: Pacs, metrics: Pick<Metrics, 'pacsCall'>): Pacs {
  function counted<Args extends unknown[], Result>(
    operation: PacsOperation,
    call: (...parameters: Args) => Promise<Result>,
  ) {
    return async (...parameters: Args): Promise<Result> => {
      try {
        const result = await call(...parameters)
        metrics.pacsCall(operation, 'ok')
        return result
      } catch (error) {
        const code = error instanceof PlumblineError ? error.code : ''
        metrics.pacsCall(operation, OUTCOME_OF_CODE[code] ?? 'other')
        throw error
      }
    }
  }
  return {
    findSegmentationSeries: counted('find', (...call: Parameters<Pacs['findSegmentationSeries']>) =>
      pacs.findSegmentationSeries(...call),
    ),
    listSeries: counted('list', (...call: Parameters<Pacs['listSeries']>) => pacs.listSeries(...call)),
    listInstances: counted('list', (...call: Parameters<Pacs['listInstances']>) =>
      pacs.listInstances(...call),
    ),
    seriesMetadata: counted('metadata', (...call: Parameters<Pacs['seriesMetadata']>) =>
      pacs.seriesMetadata(...call),
    ),
    retrieveInstance: counted('retrieve', (...call: Parameters<Pacs['retrieveInstance']>) =>
      pacs.retrieveInstance(...call),
    ),
    retrieveSeries: counted('retrieve', (...call: Parameters<Pacs['retrieveSeries']>) =>
      pacs.retrieveSeries(...call),
    ),
    store: counted('store', (...call: Parameters<Pacs['store']>) => pacs.store(...call)),
    holds: counted('holds', (...call: Parameters<Pacs['holds']>) => pacs.holds(...call)),
  }
}
