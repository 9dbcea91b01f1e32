import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t from 'tap'
import type { ConfigError } from '../src/config.ts'
import { describeConfig, readConfig, variableTable } from '../src/config.ts'
import { FhirError } from '../src/fhir/fhir-error.ts'
import { createLog } from '../src/log.ts'

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

t.test('an empty environment is a server on loopback with the embedded store', async (t) => {
  const config = readConfig({ HOME: '/home/x', PSI_TEST_MONGODB_URI: 'mongodb://127.0.0.1' })
  t.match(config, {
    store: { kind: 'sqlite', directory: './psi-data' },
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://127.0.0.1:8080',
    timeZone: 'Europe/Brussels',
    tokenLifetime: 300,
    reviewMonths: 3,
    issuers: [],
    trustedProxies: []
  })
  t.ok(
    Object.isFrozen(config) && Object.isFrozen(config.store) && Object.isFrozen(config.issuers),
    'frozen to the bottom'
  )
  t.same(readConfig({ PSI_PORT: '', PSI_STORE: '' }), config, 'an empty variable counts as absent')
})

t.test('values are typed', async (t) => {
  t.match(
    readConfig({
      PSI_STORE: 'mongodb://a:b@db1,db2/psi?replicaSet=r',
      PSI_PUBLIC_URL: 'https://psi.example.org/base/',
      PSI_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8,192.168.1.1',
      PSI_HOST: '::1',
      PSI_PORT: '0'
    }),
    {
      store: { kind: 'mongodb', uri: 'mongodb://a:b@db1,db2/psi?replicaSet=r' },
      publicUrl: 'https://psi.example.org/base',
      trustedProxies: ['10.0.0.0/8', 'fd00::/8', '192.168.1.1'],
      port: 0
    }
  )
  t.equal(readConfig({ PSI_HOST: '::1' }).publicUrl, 'http://[::1]:8080')
  t.equal(readConfig({ PSI_HOST: '0.0.0.0', PSI_PORT: '80' }).publicUrl, 'http://127.0.0.1:80')
})

t.test(
  'all problems are told at once, each with what was found and what is expected',
  async (t) => {
    const problems = problemsOf({
      PSI_PROT: '80',
      PSI_COLOUR: 'red',
      PSI_STORE: 'postgres://x',
      PSI_PORT: '80.5',
      PSI_PUBLIC_URL: 'https://a@b/?x',
      PSI_TIME_ZONE: 'Brussels',
      PSI_LOG_LEVEL: 'loud',
      PSI_TRUSTED_PROXIES: '10.0.0.0/33',
      PSI_ISSUERS: '/nowhere/issuers.json',
      PSI_TOKEN_LIFETIME: '301',
      PSI_BODY_LIMIT: '1e9',
      PSI_ALLOW_OLD_MONGODB: 'yes'
    })
    for (const expected of [
      'PSI_PROT is not known; did you mean PSI_PORT?',
      /^PSI_COLOUR is not known/,
      /^PSI_STORE is "postgres:\/\/x"; expected sqlite:/,
      'PSI_PORT is "80.5"; expected a whole number from 0 to 65535',
      /^PSI_PUBLIC_URL/,
      /^PSI_TIME_ZONE is "Brussels"/,
      /^PSI_LOG_LEVEL.*debug/,
      /^PSI_TRUSTED_PROXIES.*10\.0\.0\.0\/33/,
      /^PSI_ISSUERS.*ENOENT/,
      'PSI_TOKEN_LIFETIME is 301; expected a whole number from 10 to 300',
      /^PSI_BODY_LIMIT/,
      /^PSI_ALLOW_OLD_MONGODB/
    ]) {
      t.ok(
        problems.some((problem) =>
          typeof expected === 'string' ? problem === expected : expected.test(problem)
        ),
        String(expected)
      )
    }
    t.equal(problems.length, 12)
    t.match(problemsOf({ PSI_PAGE_SIZE: '100', PSI_PAGE_LIMIT: '50' }), [
      /PSI_PAGE_SIZE is 100; expected at most PSI_PAGE_LIMIT, 50/
    ])
  }
)

t.test('the file of issuers is read and judged with the rest', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-config-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const file = join(folder, 'issuers.json')
  const issuer = {
    issuer: 'https://idp.example',
    jwksUrl: 'https://idp.example/keys',
    algorithms: ['RS256'],
    audience: 'x',
    organization: { claim: 'org', map: { a: 'Organization/a' } },
    scope: 'system/*.rs'
  }
  writeFileSync(file, JSON.stringify([issuer]))
  t.match(readConfig({ PSI_ISSUERS: file }).issuers, [
    { issuer: 'https://idp.example', maxLifetime: 300 }
  ])
  writeFileSync(file, JSON.stringify([{ ...issuer, algorithms: ['none'] }]))
  t.match(problemsOf({ PSI_ISSUERS: file }), [/^PSI_ISSUERS is .*issuers\[0\]\.algorithms/])
})

t.test('what `psi-fhir config` shows: value and origin, no password', async (t) => {
  const lines = describeConfig({ PSI_STORE: 'mongodb://user:secret@db/psi', PSI_PORT: '9000' })
  const of = (name: string) => lines.find((line) => line.name === name)
  t.match(of('PSI_STORE'), { value: 'mongodb://***@db/psi', origin: 'environment' })
  t.match(of('PSI_PORT'), { value: '9000', origin: 'environment' })
  t.match(of('PSI_HOST'), { value: '127.0.0.1', origin: 'default' })
  t.match(of('PSI_PUBLIC_URL'), { value: 'http://127.0.0.1:9000', origin: 'default' })
  t.notOk(JSON.stringify(lines).includes('secret'))
  t.notMatch(problemsOf({ PSI_STORE: 'mysql://user:secret@db/psi' }).join(), /secret/)
})

t.test('at most thirty variables, each described', async (t) => {
  t.ok(variableTable.length <= 30)
  t.ok(
    variableTable.every(
      ({ name, description }) => /^PSI_[A-Z_]+$/.test(name) && description.length > 10
    )
  )
})

const logged = async (
  write: (log: Awaited<ReturnType<typeof createLog>>) => void,
  pretty?: boolean
): Promise<string> => {
  const chunks: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString())
      done()
    }
  })
  write(await createLog({ level: 'info', destination, ...(pretty !== undefined && { pretty }) }))
  await new Promise((resolve) => setImmediate(resolve))
  return chunks.join('')
}
const jwt = `${'e'.repeat(20)}.${'y'.repeat(20)}.${'J'.repeat(20)}`

t.test('log: JSON lines with level, time and what they are about', async (t) => {
  const line = JSON.parse(
    await logged((log) => {
      log.child({ requestId: 'r-1' }).info({ status: 200 }, 'answered')
    })
  ) as object
  t.match(line, { level: 'info', time: /^2\d{3}-/, requestId: 'r-1', status: 200, msg: 'answered' })
})

t.test('log: for people on a terminal, JSON lines elsewhere', async (t) => {
  const { isTTY } = process.stdout
  t.teardown(() => {
    process.stdout.isTTY = isTTY
  })
  const hello = (log: Awaited<ReturnType<typeof createLog>>): void => {
    log.info({ status: 200 }, 'hello')
  }
  for (const [terminal, expected] of [
    [true, /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: hello\n +status: 200\n$/],
    [false, /^\{"level":"info",.*"msg":"hello"\}\n$/]
  ] as const) {
    process.stdout.isTTY = terminal
    t.match(await logged(hello), expected, `a terminal: ${terminal}`)
    t.match(await logged(hello, !terminal), terminal ? /^\{/ : /INFO: hello/, 'unless it is told')
  }
})

t.test('log: no body, name, national number, token or query value', async (t) => {
  const secrets = ['85.07.30-033.28', '85073003328', 'Xavier', jwt]
  const text = await logged((log) => {
    log.info(
      {
        req: {
          method: 'GET',
          url: '/fhir/Patient?identifier=85073003328&name=Xavier',
          headers: { authorization: `Bearer ${jwt}` }
        }
      },
      'request'
    )
    log.info({ req: { method: 'GET', url: '/fhir/Patient/85073003328' } }, 'request')
    log.info(
      { url: '/fhir/Patient?name=Xavier', reason: `the token's iss is "85.07.30-033.28" ${jwt}` },
      'refused'
    )
    log.info(
      {
        headers: { authorization: jwt },
        body: { name: 'Xavier' },
        query: 'name=Xavier',
        name: 'Xavier',
        request: { body: 'Xavier', token: jwt }
      },
      'careless'
    )
    log.error({ err: new FhirError('invalid', 'identifier is "85073003328" of Xavier') })
    log.error(
      new Error('duplicate key { name: "Xavier", number: 85.07.30-033.28 }', {
        cause: new Error(`token ${jwt}`)
      })
    )
    log.error(
      {
        err: new SyntaxError('Unexpected token X in JSON at position 1, Xavier is not valid JSON')
      },
      'at 85.07.30-033.28'
    )
  })
  for (const secret of secrets) t.notOk(text.includes(secret), secret)
  t.match(text, /"path":"\/fhir\/Patient"/)
  t.match(text, /"type":"FhirError".*"code":"invalid"/)
  t.match(text, /config\.test\.ts/, 'where an error came from is told')
})

t.test('log: line breaks and colours from outside are escaped, pretty or not', async (t) => {
  for (const pretty of [false, true]) {
    const text = await logged((log) => {
      log.info({ reason: 'a\n\u001b[31mb' }, 'x\n\u001b[2Jy')
      log.error({ err: new Error('a\n\u001b[31mb') }, 'failed')
    }, pretty)
    t.notOk(text.includes('\u001b'), `pretty ${pretty}`)
    t.notMatch(text, /^(b|y)/m, 'no line of its own')
    t.match(text, /x\\+x0a\\+x1b\[2Jy/)
  }
})

t.test('no secret is shown, neither in the configuration nor in its errors', async (t) => {
  const shown = (store: string): string =>
    describeConfig({ PSI_STORE: store }).find(({ name }) => name === 'PSI_STORE')?.value ?? ''
  t.equal(
    shown('mongodb://u:geheim@ss@h:27017,h2/db?replicaSet=rs0&tls=true'),
    'mongodb://***@h:27017,h2/db?replicaSet=rs0&tls=true'
  )
  t.equal(
    shown(
      'mongodb://h/db?tlsCertificateKeyFilePassword=geheim&w=majority&authMechanismProperties=AWS_SESSION_TOKEN:geheim'
    ),
    'mongodb://h/db?tlsCertificateKeyFilePassword=***&w=majority&authMechanismProperties=***'
  )
  t.equal(
    shown('mongodb+srv://u:ge%2Fheim@h/?RetryWrites=true'),
    'mongodb+srv://***@h/?RetryWrites=true'
  )
  t.equal(shown('mongodb://u:ge/heim@h/db'), 'mongodb://***@h/db')
  t.equal(shown('sqlite:/data/p@rt=1'), 'sqlite:/data/p@rt=1')
  const secrets = [
    'mongodb://u:geheim?x@h/db',
    'mongodb://h/db?proxyPassword=x@geheim',
    'mongodb://h/db?geheim',
    'mongodb://h/db?appName=a=geheim',
    'mongodb://u:geheim#1@h/db',
    'mongodb://h/db#geheim'
  ]
  for (const secret of secrets) t.notMatch(shown(secret), 'geheim', secret)
  for (const wrong of [
    'postgres://u:geheim@h/db',
    'mongodb:/u:geheim@h',
    'u:geheim@h',
    'redis://h?password=geheim'
  ]) {
    const [problem = ''] = problemsOf({ PSI_STORE: wrong })
    t.match(problem, /^PSI_STORE is ".*\*\*\*.*"; expected sqlite:FOLDER/, wrong)
    t.notMatch(problem, 'geheim', wrong)
  }
  for (const wrong of ['https://u:geheim@h', 'https://h/?token=geheim', 'https://h/#geheim']) {
    t.notMatch(problemsOf({ PSI_PUBLIC_URL: wrong }).join(), 'geheim', wrong)
  }
  t.match(problemsOf({ PSI_STORE: 'postgres' }), [/^PSI_STORE is "postgres"; /])
})
