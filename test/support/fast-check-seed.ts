/** On a build server the same inputs every time, so that a red build is about the change; elsewhere new ones every run. */
import fc from 'fast-check'

if (process.env['CI'] === 'true') fc.configureGlobal({ seed: 20_261_121 })
