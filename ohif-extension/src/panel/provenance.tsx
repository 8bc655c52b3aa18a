import type { ReactElement, ReactNode } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import { Disclosure } from './disclosure.tsx'
import { counted } from './words.ts'

/** Characters of a digest that tell two policies apart at sight; all of it is in the title. */
const DIGEST_CHARACTERS = 12

/** By what, on what and when it was judged, and where that is written down. */
export function Provenance({ of }: { readonly of: Case }): ReactElement {
  return (
    <Disclosure className="plumbline-provenance" summary="How this was judged">
      {() => (
        <dl className="plumbline-facts-list">
          {rowsOf(of).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Disclosure>
  )
}

function rowsOf(of: Case): { readonly name: string; readonly value: ReactNode }[] {
  const { provenance, decidedAt, sourceSeries, reports, object } = of
  const models = provenance.models.map(({ name, sha256 }) => `${name} (${shortDigest(sha256)})`)
  return [
    { name: 'Decided', value: decidedAt === null ? 'not yet' : <When at={decidedAt} /> },
    { name: 'Plumbline', value: provenance.version || 'version not stated' },
    { name: 'Policy', value: <Digest digest={provenance.policy} /> },
    { name: 'Models', value: models.join(', ') || 'none' },
    { name: 'Images', value: sourceSeries === null ? 'none found' : imagesText(sourceSeries) },
    {
      name: 'Reports',
      value: reports.map(({ sopInstanceUid }) => <Uid key={sopInstanceUid} uid={sopInstanceUid} />),
    },
    { name: 'Object', value: <Uid uid={object.sopInstanceUid} /> },
  ].filter(({ value }) => !Array.isArray(value) || value.length > 0)
}

function imagesText({ modality, instanceCount, note }: NonNullable<Case['sourceSeries']>): string {
  return `${modality}, ${counted(instanceCount, 'image')}. ${note}`
}

function Digest({ digest }: { readonly digest: string }): ReactElement {
  return <code title={digest}>{shortDigest(digest)}</code>
}

function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, DIGEST_CHARACTERS) || 'not stated'
}

function Uid({ uid }: { readonly uid: string }): ReactElement {
  return <code>{uid}</code>
}

function When({ at }: { readonly at: string }): ReactElement {
  return (
    <time dateTime={at}>
      {new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  )
}
