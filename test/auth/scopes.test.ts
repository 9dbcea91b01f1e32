// https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
import fc from 'fast-check'
import t from 'tap'
import type { ScopeAction } from '../../src/auth/caller.ts'
import {
  formatScopes,
  intersectScopes,
  parseScopes,
  ScopeError,
  scopesOf
} from '../../src/auth/scopes.ts'

const letters: readonly ScopeAction[] = ['c', 'r', 'u', 'd', 's']
const types = ['Patient', 'CarePlan', 'Goal', 'Task'] as const
const allowed = (text: string): string[] =>
  types.flatMap((type) =>
    letters
      .filter((letter) => scopesOf(parseScopes(text)).allows(type, letter))
      .map((letter) => `${type}.${letter}`)
  )

t.test('a scope allows its interactions on its type and no other', async (t) => {
  t.same(allowed('system/CarePlan.rs'), ['CarePlan.r', 'CarePlan.s'])
  t.same(allowed('patient/Patient.rs'), ['Patient.r', 'Patient.s'])
  t.same(allowed(''), [])
  t.equal(
    scopesOf(parseScopes('system/*.r system/Patient.s')).allows('Patient', 'r'),
    true,
    'the wildcard adds to the type'
  )
  t.equal(
    scopesOf(parseScopes('system/Care.rs')).allows('CarePlan', 'r'),
    false,
    'no prefix of a type'
  )
})

t.test('version 1 scopes mean their version 2 equals', async (t) => {
  t.equal(formatScopes(parseScopes('system/Patient.read')), 'system/Patient.rs')
  t.equal(formatScopes(parseScopes('system/Patient.write')), 'system/Patient.cud')
  t.equal(formatScopes(parseScopes('system/*.*')), 'system/*.cruds')
})

t.test('scopes of log-in are accepted and grant nothing', async (t) => {
  t.equal(
    formatScopes(parseScopes('openid fhirUser launch/patient offline_access system/Goal.r')),
    'system/Goal.r'
  )
})

t.test('refuses what is not a scope, with a sentence that names it', async (t) => {
  for (const text of [
    'system/Patient.dus',
    'system/Patient.sr',
    'system/Patient.rr',
    'system/Patient.',
    'system/Patient.rx',
    'system/patient.r',
    'Patient.r',
    'admin/Patient.r',
    'system/Patient.*s',
    'system%2FPatient.r',
    'system/Patient.r\tsystem/Goal.r',
    '*'
  ]) {
    t.throws(
      () => parseScopes(text),
      { name: 'ScopeError', message: JSON.stringify(text).slice(1, -1) },
      text
    )
  }
  t.throws(() => parseScopes('system/Observation.rs?category=laboratory'), {
    message: /constraint/
  })
  t.throws(() => parseScopes('system/Patient.r user/Patient.r'), { message: /mix/ })
  t.throws(() => parseScopes('system/Patient.r '.repeat(400)), { message: /characters long/ })
})

t.test('granted = asked for and registered, for any two sets of scopes', async (t) => {
  const scope = fc.record({
    type: fc.constantFrom('*', ...types),
    suffix: fc.subarray([...letters], { minLength: 1 })
  })
  const set = fc
    .array(scope, { minLength: 1, maxLength: 5 })
    .map((scopes) =>
      scopes.map(({ type, suffix }) => `system/${type}.${suffix.join('')}`).join(' ')
    )
  const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() & 0x7fffffff)
  t.comment(`seed ${seed}`)
  fc.assert(
    fc.property(set, set, (asked, registered) => {
      const granted = formatScopes(intersectScopes(parseScopes(asked), parseScopes(registered)))
      const both = allowed(asked).filter((each) => allowed(registered).includes(each))
      return JSON.stringify(allowed(granted)) === JSON.stringify(both)
    }),
    { seed }
  )
  t.equal(
    formatScopes(intersectScopes(parseScopes('user/*.rs'), parseScopes('system/*.rs'))),
    '',
    'another context is never granted'
  )
})

t.test('any text is either read or refused by ScopeError', async (t) => {
  const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() & 0x7fffffff)
  t.comment(`seed ${seed}`)
  const nearly = fc
    .array(
      fc.constantFrom(
        'system',
        'user',
        '/',
        '*',
        'Patient',
        '.',
        'c',
        'r',
        'u',
        'd',
        's',
        'read',
        ' ',
        '?',
        '%2F',
        '\n',
        '__proto__',
        'constructor'
      )
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      try {
        const read = formatScopes(parseScopes(text))
        return (
          read === '' ||
          /^((system|user|patient)\/(\*|[A-Z][A-Za-z]+)\.c?r?u?d?s?( |$))+$/.test(read)
        )
      } catch (error) {
        return error instanceof ScopeError
      }
    }),
    { seed }
  )
})
