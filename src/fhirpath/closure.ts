/**
 * Turns the FHIRPath of an invariant into closures over JSON: fifty times as fast as the general
 * engine, which decides what these leave open.
 */
import { beyond } from './beyond.ts'
import { choiceName } from './choice.ts'
import { none } from './collection.ts'
import type { Items } from './collection.ts'
import type { Binary, Call, Expression, Member } from './expression.ts'
import { isTypeName, looksTemporal } from './expression.ts'
import { functions } from './functions.ts'
import type { Closure, Surroundings } from './functions.ts'
import { extensionsOf, member } from './members.ts'
import { operatorNamed } from './operators.ts'

const focusItself: Closure = (focus) => focus

type Choices = ReadonlySet<string>
/** What stands before the dot; the focus where nothing does. */
const before = (of: Expression | undefined, choices: Choices): Closure =>
  of === undefined ? focusItself : compile(of, choices)

const compileCall = (call: Call, choices: Choices): Closure => {
  const { name, of } = call
  if (name === 'ofType') return compileOfType(call, choices)
  const base =
    name === 'extension'
      ? compileMember({ kind: 'member', name: 'extension', ...(of && { of }) }, choices)
      : before(of, choices)
  const made = functions[name]?.(
    base,
    call.arguments.map((argument) => compile(argument, choices)),
    call
  )
  if (made === undefined) throw beyond
  return made
}

/** `scheduled.ofType(Period)` is the property scheduledPeriod. */
const compileOfType = ({ of, arguments: [type] }: Call, choices: Choices): Closure => {
  if (
    of?.kind !== 'member' ||
    !choices.has(of.name) ||
    type?.kind !== 'member' ||
    type.of !== undefined
  ) {
    throw beyond
  }
  return member(before(of.of, choices), choiceName(of.name, type.name), false)
}

const compileMember = ({ of, name }: Member, choices: Choices): Closure => {
  // `CarePlan.status`: a type before the path, which only the engine understands everywhere.
  if (of === undefined && isTypeName(name)) throw beyond
  if (name === 'extension' && of?.kind === 'member') {
    return extensionsOf(before(of.of, choices), of.name, choices.has(of.name))
  }
  return member(before(of, choices), name, choices.has(name))
}

const compile = (expression: Expression, choices: Choices): Closure => {
  switch (expression.kind) {
    case 'literal': {
      if (typeof expression.value === 'string' && looksTemporal(expression.value)) throw beyond
      const items = [expression.value]
      return () => items
    }
    case 'quantity': {
      const items = [expression]
      return () => items
    }
    case 'empty':
      return () => none
    case 'variable':
      return compileVariable(expression.name)
    case 'member':
      return compileMember(expression, choices)
    case 'call':
      return compileCall(expression, choices)
    case 'binary':
      return compileBinary(expression, choices)
    case 'typed': // asks for more of a type than its name
      throw beyond
  }
}

const compileVariable = (name: string): Closure => {
  switch (name) {
    case '$this':
      return (_focus, _surroundings, self) => self
    case '%resource':
      return (_focus, { resource }) => [resource]
    case '%rootResource':
      return (_focus, { root }) => [root]
    case '%ucum':
      return () => ['http://unitsofmeasure.org']
    default:
      throw beyond
  }
}

const compileBinary = ({ operator, left, right }: Binary, choices: Choices): Closure => {
  const [first, second] = [compile(left, choices), compile(right, choices)]
  const evaluate = operatorNamed(operator)
  return (focus, surroundings, self) =>
    evaluate(
      () => first(focus, surroundings, self),
      () => second(focus, surroundings, self)
    )
}

/** @throws beyond when the content is more than JSON shows */
export type Evaluate = (focus: unknown, surroundings: Surroundings) => Items

/**
 * @param choices names of choice elements: `value` may stand as valueString
 * @throws Error when the expression as such is for the engine
 */
export const compileExpression = (expression: Expression, choices: Choices): Evaluate => {
  const closure = compile(expression, choices)
  return (focus, surroundings) => {
    const self = [focus]
    return closure(self, surroundings, self)
  }
}
