import { z } from 'zod'

export const CaseState = z
  .enum(['received', 'waiting-for-images', 'queued', 'running', 'publishing', 'done', 'failed'])
  .meta({ id: 'CaseState' })
export type CaseState = z.infer<typeof CaseState>

/**
 * The life of a case. Every legal edge stands here, with its name; a store refuses any other.
 * A crash is not an edge: after restart the same state is entered again by the job that is redelivered.
 */
export const CASE_TRANSITIONS = [
  { name: 'enqueue', from: 'received', to: 'queued' },
  { name: 'start', from: 'queued', to: 'running' },
  { name: 'wait', from: 'running', to: 'waiting-for-images' },
  { name: 'images-changed', from: 'waiting-for-images', to: 'queued' },
  { name: 'judge', from: 'running', to: 'publishing' },
  { name: 'publish', from: 'publishing', to: 'done' },
  { name: 'retry', from: 'running', to: 'queued' },
  { name: 'give-up', from: 'running', to: 'failed' },
  { name: 'give-up-publishing', from: 'publishing', to: 'failed' },
  { name: 'recheck', from: 'failed', to: 'queued' },
] as const satisfies readonly { name: string; from: CaseState; to: CaseState }[]

export type CaseTransition = (typeof CASE_TRANSITIONS)[number]['name']

/** What is told of a case: its transitions, and what leaves its state as it is. */
export const CaseEventName = z.enum([
  'receive',
  ...CASE_TRANSITIONS.map(({ name }) => name),
  // A reader gave an opinion; the PACS was seen to hold the signed report of it.
  'review',
  'sign',
])
export type CaseEventName = z.infer<typeof CaseEventName>
