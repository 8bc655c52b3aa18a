/** What several commands take, and how their numbers are read. */
import { InvalidArgumentError, Option } from 'commander'

export function configOption(): Option {
  return new Option('--config <file>', 'YAML file laid over the defaults (config/default.yaml)')
}

export function count(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a whole number.')
}

export function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('It must be between 0 and 1.')
}

export function whole(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a whole number from 1.')
}
