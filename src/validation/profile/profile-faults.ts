/** Sentences on what profiles miss. */
import type { ProfileNode } from '../../definitions/definitions.ts'
import { choiceName } from '../../fhirpath/choice.ts'
import type { Scope } from '../scope.ts'
import { quote, report } from '../scope.ts'
import type { Found } from './found.ts'
import { at } from './found.ts'
import type { Difference } from './pattern.ts'
import type { ElementRules } from './profile-node.ts'
import type { Slice } from './slicing.ts'

export const reportDifference = (
  { path, found, expected }: Difference,
  whose: string,
  scope: Scope
): void =>
  report(
    scope,
    'error',
    'value',
    `Found ${found === undefined ? 'nothing' : quote(found)}, expected ${quote(expected)} (${whose}).`,
    ...path
  )

/** The slice is missing: say what keeps the item that comes closest from being it. */
const reportMissing = (
  slice: Slice,
  name: string,
  found: Found,
  profile: string,
  scope: Scope
): void => {
  const nearest = found.items
    .map((item, index) => ({ index, missing: slice.distance(item) }))
    .sort((left, right) => left.missing.length - right.missing.length)[0]
  // Two extensions are not near each other because both have a url.
  if (
    nearest === undefined ||
    nearest.missing.length === 0 ||
    nearest.missing.every(({ path }) => path.length === 1 && path[0] === 'url')
  ) {
    const wanted = slice.node.pattern ?? slice.node.fixed ?? urlOf(slice.node)
    report(
      scope,
      'error',
      'required',
      `Profile ${profile} expects ${atLeast(slice.node.min ?? 1, name)} of slice ${slice.name}, found none; add one${wanted === undefined ? '' : ` with ${quote(wanted)}`}.`
    )
    return
  }
  at(scope, found, nearest.index, () =>
    nearest.missing.forEach((one) =>
      reportDifference(
        one,
        `profile ${profile}, slice ${slice.name} of ${name}, which is missing; this item comes closest`,
        scope
      )
    )
  )
}

const urlOf = (node: ProfileNode): unknown => {
  const url = node.children?.['url']?.fixed ?? node.profiles?.[0]
  return url === undefined ? undefined : { url }
}

const atLeast = (min: number, name: string): string =>
  min === 1 ? `a ${name}`.replace(/^a (?=[aeio])/, 'an ') : `at least ${min} ${name}`
const choices = (name: string, types: readonly string[]): string =>
  types
    .slice(0, 4)
    .map((type) => choiceName(name, type))
    .join(' or ')

/** How many items there are, against how many the profile wants. */
export const checkCount = (
  { node, name, profile, isChoice }: ElementRules,
  found: Found,
  scope: Scope
): void => {
  const count = found.items.length
  if (count < (node.min ?? 0)) {
    report(
      scope,
      'error',
      'required',
      `Profile ${profile} expects ${atLeast(node.min ?? 0, name)}, found ${count === 0 ? 'none' : count}; add ${isChoice && node.types !== undefined ? choices(name, node.types) : 'it'}.`
    )
  }
  if (node.max !== undefined && count > node.max) {
    report(
      scope,
      'error',
      'invariant',
      `Profile ${profile} allows ${node.max === 0 ? `no ${name}` : `at most ${node.max} ${name}`}, found ${count}; remove ${node.max === 0 ? 'it' : 'the others'}.`,
      found.property
    )
  }
}

/** The same for the items of one slice. */
export const checkSliceCount = (
  slice: Slice,
  count: number,
  { name, profile }: ElementRules,
  found: Found,
  scope: Scope
): void => {
  if (slice.node.max !== undefined && count > slice.node.max) {
    report(
      scope,
      'error',
      'invariant',
      `Profile ${profile} allows at most ${slice.node.max} ${name} of slice ${slice.name}, found ${count}; remove the others.`,
      found.property
    )
  }
  if (count < (slice.node.min ?? 0)) reportMissing(slice, name, found, profile, scope)
}

export const reportNoSlice = (
  { name, profile }: ElementRules,
  slices: readonly Slice[],
  scope: Scope
): void =>
  report(
    scope,
    'error',
    'invariant',
    `Profile ${profile} allows only the slices ${slices.map((slice) => slice.name).join(', ')} of ${name}; change or remove this one.`
  )
