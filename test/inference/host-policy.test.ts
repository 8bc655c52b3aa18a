import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { createGuardedFetch } from '../../src/inference/guarded-fetch.ts'
import { isPrivateAddress, requireAllowedHost } from '../../src/inference/host-policy.ts'
import { startModelServer, type ModelServer } from '../support/model-server/server.ts'
import { never, open, request } from './harness.ts'

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['10.255.0.1', true],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['192.168.4.4', true],
  ['::1', true],
  ['fd12:3456::1', true],
  ['::ffff:10.0.0.1', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['fe80::1', false],
  ['2606:4700::1111', false],
  ['::ffff:8.8.8.8', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected)
})

describe('a host may be used', () => {
  it.each([
    ['private, http', 'http://gpu.local/v1', ['10.0.0.7'], [], true],
    ['private by all its addresses', 'http://gpu.local/v1', ['10.0.0.7', 'fd00::7'], [], true],
    ['private by some of its addresses only', 'http://gpu.local/v1', ['10.0.0.7', '8.8.8.8'], [], false],
    ['public', 'https://api.example.org/v1', ['8.8.8.8'], [], false],
    ['public and listed', 'https://api.example.org/v1', ['8.8.8.8'], ['api.example.org'], true],
    ['in other letters', 'https://API.example.org/v1', ['8.8.8.8'], ['api.example.org'], true],
    [
      'public and listed, not encrypted',
      'http://api.example.org/v1',
      ['8.8.8.8'],
      ['api.example.org'],
      false,
    ],
    ['below a listed one', 'https://x.api.example.org/v1', ['8.8.8.8'], ['api.example.org'], false],
    ['ending like a listed one', 'https://evilapi.example.org', ['8.8.8.8'], ['api.example.org'], false],
    ['without an address', 'http://gone.local/v1', [], [], false],
    ['a bare IPv6 address', 'http://[::1]:8000/v1', ['::1'], [], true],
  ] as const)('%s', (_, url, addresses, listed, expected) => {
    const check = () => requireAllowedHost(new URL(url), addresses, listed)
    if (expected) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code: 'model-refused', kind: 'host-not-allowed' }))
  })
})

describe('a connection', () => {
  let server: ModelServer
  beforeEach(async () => {
    server = await startModelServer()
  })
  afterEach(() => server.stop())

  it('goes to the address that was checked, whatever the name means elsewhere', async () => {
    const { port } = new URL(server.url)
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const { model } = open({ url: `http://nowhere.invalid:${port}/v1` }, {}, { resolve })
    await model.complete(request(), never)
    expect(server.requests[0]?.headers).toMatchObject({ host: `nowhere.invalid:${port}` })
  })

  it('is not made when the name has a public address by now', async () => {
    const answers = ['127.0.0.1', '203.0.113.9']
    const resolve = async () => [{ address: answers.shift() ?? '203.0.113.9', family: 4 }]
    const { model } = open(server, {}, { resolve })
    await model.complete(request(), never)
    await expect(model.complete(request({ seed: 2 }), never)).rejects.toMatchObject({
      kind: 'host-not-allowed',
    })
    expect(server.count()).toBe(1)
  })

  it('to the default server is refused unless that is listed', async () => {
    const resolve = async () => [{ address: '203.0.113.9', family: 4 }]
    const { model } = open({ url: 'https://api.openai.com/v1' }, {}, { resolve })
    await expect(model.complete(request(), never)).rejects.toMatchObject({
      code: 'model-refused',
      nextStep: expect.stringContaining('model.allowedHosts'),
    })
  })

  it('that is waited for can be given up while the name is looked up', async () => {
    const fetch = createGuardedFetch({
      allowedHosts: [],
      responseBytesMax: 10,
      resolve: () => new Promise(() => undefined),
    })
    const controller = new AbortController()
    const asked = fetch('http://slow.invalid/', { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })
})
