import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertBindAllowed, type AuthOptions } from '../../src/api/auth.ts'
import { Problem } from '../../src/api/problem.ts'
import { listen } from '../../src/api/server.ts'
import { PlumblineError } from '../../src/errors.ts'
import { createHarness, NO_AUTH } from './harness.ts'
import { STUDY } from './sample-cases.ts'

const TOKEN = 'a-token-of-a-service'
const WITH_TOKEN: AuthOptions = {
  tokens: [
    { name: 'other', sha256: 'f'.repeat(64) },
    { name: 'ohif', sha256: createHash('sha256').update(TOKEN).digest('hex') },
  ],
  oidc: null,
}
const GUARDED = [
  '/',
  '/overview',
  '/api/v1/studies/summary?study=1.2',
  '/api/v1/cases',
  '/api/v1/cases/case-reject',
  `/api/v1/studies/${STUDY}/cases`,
  '/api/v1/events',
  '/readyz',
  '/metrics',
  '/api/openapi.json',
  '/nothing',
]

describe('assertBindAllowed', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('lets %s be without auth', (host) => {
    expect(() => assertBindAllowed({ host, auth: NO_AUTH })).not.toThrow()
  })

  it.each(['0.0.0.0', '::', '10.0.0.5', 'pacs.example.org', '', '127.0.0.1.example.org'])(
    'refuses %s without auth and says what to do',
    (host) => {
      let refusal: unknown
      try {
        assertBindAllowed({ host, auth: NO_AUTH })
      } catch (error) {
        refusal = error
      }
      if (!(refusal instanceof PlumblineError)) throw new Error('it was not refused')
      expect(refusal.code).toBe('bad-config')
      expect(refusal.nextStep).toMatch(/127\.0\.0\.1.*auth\.tokens.*auth\.oidc/)
    },
  )

  it('lets any host be with auth', () => {
    expect(() => assertBindAllowed({ host: '0.0.0.0', auth: WITH_TOKEN })).not.toThrow()
  })
})

describe('listen', () => {
  it('serves on a free port until it is closed', async () => {
    const { app } = await createHarness()
    const server = await listen(app, { host: '127.0.0.1', port: 0, auth: NO_AUTH, requestTimeoutMs: 10_000 })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await expect(
      listen(app, { host: '127.0.0.1', port: server.port, auth: NO_AUTH, requestTimeoutMs: 10_000 }),
    ).rejects.toMatchObject({ code: 'bad-config' })
    await server.close(100)
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  })

  it('does not listen for other machines without auth', async () => {
    const { app } = await createHarness()
    await expect(
      listen(app, { host: '0.0.0.0', port: 0, auth: NO_AUTH, requestTimeoutMs: 10_000 }),
    ).rejects.toMatchObject({ code: 'bad-config' })
  })
})

describe('without auth', () => {
  it.each(['localhost', 'localhost:8484', '127.0.0.1:8484', '[::1]:8484', 'LOCALHOST'])(
    'answers to the host %s',
    async (host) => {
      const { app } = await createHarness()
      await request(app).get('/api/v1/cases').set('Host', host).expect(200)
    },
  )

  it.each([
    'evil.example',
    'evil.example:8484',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    'evil.example@localhost',
    '10.0.0.5',
    '',
  ])('refuses the host %j (DNS rebinding)', async (host) => {
    const { app } = await createHarness()
    for (const path of GUARDED) {
      const response = await request(app).get(path).set('Host', host)
      expect(response.status).toBe(403)
      expect(Problem.parse(response.body).code).toBe('forbidden')
    }
    await request(app).get('/healthz').set('Host', host).expect(200)
  })

  it.each<[Record<string, string>, number]>([
    [{}, 202],
    [{ Origin: 'http://localhost:8484', 'Sec-Fetch-Site': 'same-origin' }, 202],
    [{ Origin: 'http://localhost:9999' }, 403],
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  ])('answers a change with the headers %j with %i', async (headers, status) => {
    const { app } = await createHarness()
    await request(app)
      .post(`/api/v1/studies/${STUDY}/check`)
      .set('Host', 'localhost:8484')
      .set(headers)
      .expect(status)
  })

  it('answers reads of other origins, which their browser then may not look at', async () => {
    const { app } = await createHarness()
    const response = await request(app).get('/api/v1/cases').set('Origin', 'http://evil.example').expect(200)
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
    expect(response.headers['cross-origin-resource-policy']).toBe('same-origin')
  })
})

describe('with a configured token', () => {
  it.each(GUARDED)('asks for it at %s', async (path) => {
    const { app } = await createHarness({ auth: WITH_TOKEN })
    const response = await request(app).get(path).expect(401).expect('WWW-Authenticate', 'Bearer')
    expect(Problem.parse(response.body).code).toBe('unauthorized')
  })

  it('asks for it at DICOMweb too', async () => {
    const { Router } = await import('express')
    const mounted = Router().get('/studies', (_request, response) => void response.json([]))
    const { app } = await createHarness({ auth: WITH_TOKEN, dicomWeb: mounted })
    await request(app).get('/dicom-web/studies').expect(401)
    await request(app).get('/dicom-web/studies').set('Authorization', `Bearer ${TOKEN}`).expect(200)
  })

  it.each(['', '/qc'])(
    'below "%s" gives the files of a viewer without it, and nothing else',
    async (pathPrefix) => {
      const { Router } = await import('express')
      const anything = Router().use((_request, response) => void response.send('a file of the viewer'))
      const { app } = await createHarness({
        auth: WITH_TOKEN,
        dicomWeb: anything,
        viewer: anything,
        pathPrefix,
      })
      for (const path of ['/', '/viewer', '/app-config.js'])
        expect((await request(app).get(`${pathPrefix}${path}`).expect(200)).text).toBe('a file of the viewer')
      const own = [...GUARDED.filter((path) => path !== '/' && path !== '/nothing'), '/dicom-web/studies']
      for (const path of [...own, '/API/v1/cases', '/Dicom-Web/studies', '//api/v1/cases', '/api/nothing'])
        expect((await request(app).get(`${pathPrefix}${path}`)).text, path).not.toContain('case-')
      for (const path of [...own, '/API/v1/cases', '/api/nothing'])
        await request(app).get(`${pathPrefix}${path}`).expect(401)
    },
  )

  it('leaves /healthz open', async () => {
    const { app } = await createHarness({ auth: WITH_TOKEN })
    await request(app).get('/healthz').expect(200)
  })

  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`])(
    'lets %j in, whatever the host and origin',
    async (authorization) => {
      const { app } = await createHarness({ auth: WITH_TOKEN })
      await request(app)
        .post(`/api/v1/studies/${STUDY}/check`)
        .set({
          Authorization: authorization,
          Host: 'plumbline.example.org',
          Origin: 'https://plumbline.example.org',
        })
        .expect(202)
    },
  )

  it.each([
    '',
    'Bearer',
    'Bearer wrong',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN}x`,
    `Bearer ${'f'.repeat(64)}`,
    `Bearer a b`,
  ])('refuses %j', async (authorization) => {
    const { app, logLines } = await createHarness({ auth: WITH_TOKEN })
    const response = await request(app).get('/api/v1/cases').set('Authorization', authorization).expect(401)
    expect(response.text + logLines.join('')).not.toContain(TOKEN)
  })
})

describe('with an identity provider', () => {
  const keyServer = createServer((incoming, outgoing) => {
    outgoing.statusCode = incoming.url === '/keys' ? 200 : 503
    outgoing.setHeader('Content-Type', 'application/json').end(jwks)
  })
  const issuer = 'https://id.example.org'
  let jwks = ''
  let oidc: NonNullable<AuthOptions['oidc']>
  let keys: Awaited<ReturnType<typeof generateKeyPair>>

  beforeAll(async () => {
    keys = await generateKeyPair('ES256')
    jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] })
    await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve))
    const address = keyServer.address()
    if (address === null || typeof address === 'string') throw new Error('the key server does not listen')
    oidc = { issuer, audience: 'plumbline', jwksUri: `http://127.0.0.1:${address.port}/keys` }
  })
  afterAll(() => {
    keyServer.closeAllConnections()
    keyServer.close()
  })

  const good = (header = { alg: 'ES256', kid: 'k1' }) =>
    new SignJWT()
      .setProtectedHeader(header)
      .setIssuer(issuer)
      .setAudience('plumbline')
      .setSubject('someone')
      .setExpirationTime('5m')

  const ask = async (token: string, auth: Partial<AuthOptions> = {}) => {
    const { app } = await createHarness({ auth: { tokens: [], oidc, ...auth } })
    return request(app).get('/api/v1/cases').set('Authorization', `Bearer ${token}`)
  }

  it('lets a good token in, and configured tokens beside it', async () => {
    expect((await ask(await good().sign(keys.privateKey))).status).toBe(200)
    expect((await ask(TOKEN, WITH_TOKEN)).status).toBe(200)
    expect((await ask(TOKEN, { ...WITH_TOKEN, oidc })).status).toBe(200)
  })

  it.each<[string, () => Promise<string>]>([
    ['another issuer', () => good().setIssuer('https://evil.example').sign(keys.privateKey)],
    ['another audience', () => good().setAudience('mail').sign(keys.privateKey)],
    ['an expiry that is over', () => good().setExpirationTime(1_000_000).sign(keys.privateKey)],
    ['a start in the future', () => good().setNotBefore('10m').sign(keys.privateKey)],
    [
      'no expiry',
      () =>
        new SignJWT({ iss: issuer, aud: 'plumbline', sub: 'x' })
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .sign(keys.privateKey),
    ],
    [
      'no subject',
      () =>
        new SignJWT({ iss: issuer, aud: 'plumbline' })
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setExpirationTime('5m')
          .sign(keys.privateKey),
    ],
    ['a key of someone else', async () => good().sign((await generateKeyPair('ES256')).privateKey)],
    ['an unknown key id', () => good({ alg: 'ES256', kid: 'k2' }).sign(keys.privateKey)],
    [
      'the public key as shared secret',
      () => good({ alg: 'HS256', kid: 'k1' }).sign(new TextEncoder().encode(jwks)),
    ],
    [
      'no signature',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await good().sign(keys.privateKey)).split('.')[1]}.`,
    ],
    ['no form of a token', async () => 'abc'],
  ])('refuses a token with %s', async (_what, make) => {
    expect((await ask(await make())).status).toBe(401)
  })

  it.each<[string, () => string]>([
    ['answers with an error', () => oidc.jwksUri.replace('/keys', '/down')],
    ['is not there', () => 'http://127.0.0.1:9/keys'],
  ])('lets nobody in, and says that it is not the token, when the key server %s', async (_how, jwksUri) => {
    const response = await ask(await good().sign(keys.privateKey), { oidc: { ...oidc, jwksUri: jwksUri() } })
    expect(response.status).toBe(504)
    expect(Problem.parse(response.body)).toMatchObject({ code: 'timeout', retryable: true })
  })
})
