/**
 * FHIRPath as a tree: the part of it that search parameters and invariants are written in.
 * http://hl7.org/fhirpath/N1/#expressions
 */

export type Expression = Literal | Quantity | Empty | Variable | Member | Call | Binary | Typed

export interface Literal {
  readonly kind: 'literal'
  readonly value: string | number | boolean
}

/** `3 months` */
export interface Quantity {
  readonly kind: 'quantity'
  readonly value: number
  readonly unit: string
}

/** `{}` */
export interface Empty {
  readonly kind: 'empty'
}

/** `$this`, `%resource`, with its sign. */
export interface Variable {
  readonly kind: 'variable'
  readonly name: string
}

/** An element; without `of` that of the focus, or the type that a path begins with. */
export interface Member {
  readonly kind: 'member'
  readonly of?: Expression
  readonly name: string
}

/** A function; without `of` on the focus. */
export interface Call {
  readonly kind: 'call'
  readonly of?: Expression
  readonly name: string
  readonly arguments: readonly Expression[]
}

export interface Binary {
  readonly kind: 'binary'
  readonly operator: string
  readonly left: Expression
  readonly right: Expression
}

/** `value as Quantity`, `resolve() is Patient` */
export interface Typed {
  readonly kind: 'typed'
  readonly operator: 'is' | 'as'
  readonly of: Expression
  readonly type: string
}

/** Whether a name is that of a type: `Patient` in `Patient.name`. */
export const isTypeName = (name: string): boolean => /^[A-Z]/.test(name)

/**
 * Whether text looks like a date or time: such elements are more than their text, and so neither
 * equal nor unequal to it by JSON alone.
 */
export const looksTemporal = (text: string): boolean => /^(\d{4}(-\d\d|$)|\d\d:\d\d)/.test(text)
