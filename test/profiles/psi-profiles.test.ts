import t from 'tap'
import {
  broken,
  canonical,
  config,
  fsh,
  holds,
  invariantsOf,
  ofType,
  refused,
  resources
} from './guide.ts'
import type { Json } from './guide.ts'

const kinds = /^(Profile|Extension|CodeSystem|ValueSet|Invariant|RuleSet|Instance): ([\w-]+)/gm
const declared = [...fsh]
  .filter(([file]) => file !== 'aliases.fsh')
  .map(([file, text]) => ({ file, text, found: [...text.matchAll(kinds)] }))
const ofKind = (...wanted: readonly string[]) =>
  declared.filter(({ found }) => wanted.includes(found[0]?.[1] ?? ''))
const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: "?(.*?)"?$`, 'm').exec(text)?.[1]
const kebab = (name: string): string => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()
const aliases = new Map(
  [...fsh.get('aliases.fsh')!.matchAll(/^Alias: (\$\w+) = (\S+)$/gm)].map(([, name, value]) => [
    name,
    value
  ])
)
const byUrl = (url: string): Json => resources.find((each) => each.url === url)

t.test('each FSH file holds one definition and is named after it', async (t) => {
  t.ok(declared.length > 100, `${declared.length} files`)
  for (const { file, text, found } of declared) {
    t.equal(found.length, 1, file)
    const [, kind, name] = found[0]!
    const expected = field(text, 'Id') ?? (kind === 'RuleSet' ? kebab(name!) : name)
    t.equal(/([\w-]+)\.fsh$/.exec(file)?.[1], expected, file)
  }
})

t.test('what was compiled is what the FSH declares, no more and no less', async (t) => {
  const instances = ofKind('Instance').map(({ found }) => found[0]![2]!)
  const definitions = ofKind('Profile', 'Extension', 'CodeSystem', 'ValueSet').map(({ text }) =>
    field(text, 'Id')!
  )
  t.same(
    resources.map(({ id }) => id).sort(),
    [...instances, ...definitions, 'psy107.fhir.psi'].sort()
  )
  const version = /^version: (\S+)$/m.exec(config)?.[1]
  t.equal(/^canonical: (\S+)$/m.exec(config)?.[1], canonical)
  for (const id of definitions) {
    const resource = resources.find((each) => each.id === id)
    t.equal(resource.url, `${canonical}/${resource.resourceType}/${id}`)
    t.equal(resource.version, version, id)
  }
})

t.test(
  'profiles keep their FSH parent and carry a snapshot with the words of the guide alone',
  async (t) => {
    for (const { text } of ofKind('Profile')) {
      const parent = field(text, 'Parent')!
      const structure = byUrl(`${canonical}/StructureDefinition/${field(text, 'Id')!}`)
      t.equal(
        structure.baseDefinition,
        aliases.get(parent) ?? `http://hl7.org/fhir/StructureDefinition/${parent}`,
        structure.id
      )
    }
    for (const structure of ofType('StructureDefinition')) {
      const own = new Set(
        structure.differential.element
          .filter((each: Json) => each.definition !== undefined)
          .map((each: Json) => each.id)
      )
      t.ok(
        structure.snapshot.element.every(
          (each: Json) => own.has(each.id) || /^See \S+ in FHIR R4\.$/.test(each.definition)
        ),
        structure.id
      )
    }
  }
)

t.test('the stand-ins of the toolchain are no dependency of the guide', async (t) => {
  t.same(
    ofType('ImplementationGuide')[0].dependsOn.map((each: Json) => each.packageId),
    ['hl7.fhir.be.core', 'hl7.fhir.be.patient-care']
  )
})

t.test('every concept has its label in the four languages', async (t) => {
  t.equal(ofType('CodeSystem').length, 14)
  for (const system of ofType('CodeSystem')) {
    for (const concept of system.concept) {
      const labels = new Map<string, string>(
        concept.designation.map((each: Json) => [each.language, each.value])
      )
      t.same([...labels.keys()].sort(), ['de', 'en', 'fr', 'nl'], `${system.id} ${concept.code}`)
      t.ok(
        [...labels.values()].every((label) => label.trim() === label && label !== ''),
        `${system.id} ${concept.code}`
      )
      t.equal(concept.display, labels.get('en'), `${system.id} ${concept.code}`)
    }
  }
})

t.test('every code system has a value set of all its codes', async (t) => {
  for (const system of ofType('CodeSystem')) {
    t.same(byUrl(system.valueSet)?.compose, { include: [{ system: system.url }] }, system.id)
  }
})

t.test('every invariant of the FSH stands in a profile, as written', async (t) => {
  const carried = new Map(
    ofType('StructureDefinition')
      .flatMap(({ url }) => invariantsOf(url))
      .map((each) => [each.key, each])
  )
  const written = ofKind('Invariant')
  t.same(written.map(({ found }) => found[0]![2]).sort(), [...carried.keys()].sort())
  for (const { text, found } of written) {
    const invariant = carried.get(found[0]![2]!)
    t.equal(invariant?.expression, field(text, 'Expression'))
    t.equal(`#${invariant?.severity ?? ''}`, field(text, 'Severity'))
  }
})

t.test('every example of a profile meets all invariants of the profile', async (t) => {
  const claiming = resources.filter((each) =>
    each.meta?.profile?.some((profile: string) => invariantsOf(profile).length > 0)
  )
  t.ok(claiming.length > 30, `${claiming.length} examples`)
  for (const example of claiming) {
    t.same(broken(example), [], `${example.resourceType}/${example.id}`)
  }
})

t.test('every invariant has an example that breaks it and no other', async (t) => {
  for (const { found } of ofKind('Invariant')) {
    const key = found[0]![2]!
    t.same(broken(refused.get(key)), [key], key)
  }
})

t.test(
  'examples of other rules break no invariant but where the rule is part of one',
  async (t) => {
    const shared = new Map([['psi-careteam.subject', ['psi-inv-user']]])
    for (const [name, example] of refused) {
      if (!name.startsWith('psi-inv-')) t.same(broken(example), shared.get(name) ?? [], name)
    }
  }
)

t.test(
  'national numbers are checked for both centuries, bis numbers and organisations',
  async (t) => {
    const naming = 'https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/'
    const expression = (profile: string, key: string): string =>
      invariantsOf(`${canonical}/StructureDefinition/${profile}`).find((each) => each.key === key)!
        .expression
    const cases: readonly (readonly [
      string,
      string,
      string,
      readonly string[],
      readonly string[]
    ])[] = [
      [
        'psi-patient',
        'psi-inv-ssin',
        'ssin',
        ['85073003328', '17073003384', '98472899765', '01490700185'],
        ['85073003329', '8507300332', '850730033281', '85.07.30-033.28', 'x5073003328']
      ],
      [
        'psi-referent-role',
        'psi-inv-nihdi',
        'nihdi',
        ['10000106004', '10000205730', '10000106'],
        ['10000107004', '1000010600', '']
      ],
      [
        'psi-network-organization',
        'psi-inv-cbe',
        'cbe',
        ['0000000196', '0000000592'],
        ['0000000197', '2000000196', '00000001960']
      ]
    ]
    for (const [profile, key, system, good, bad] of cases) {
      const judge = (value: string): boolean =>
        holds(expression(profile, key), {
          resourceType: 'Patient',
          identifier: [{ system: naming + system, value }]
        })
      for (const value of good) t.ok(judge(value), `${system} ${value}`)
      for (const value of bad) t.notOk(judge(value), `${system} ${value}`)
    }
  }
)
