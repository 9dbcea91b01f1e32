/** What this server uses of negotiator, which ships no types. */
declare module 'negotiator' {
  interface Negotiator {
    readonly mediaType: (provided: string[]) => string | undefined
    readonly language: (provided: string[]) => string | undefined
  }
  const create: new (request: { readonly headers: Readonly<Record<string, string>> }) => Negotiator
  export = create
}
