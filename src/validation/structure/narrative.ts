/**
 * The XHTML of a narrative: well formed, basic formatting only, nothing that runs.
 * https://hl7.org/fhir/R4/narrative.html#xhtml
 */

export interface NarrativeFault {
  readonly kind: 'security' | 'invariant' | 'invalid'
  readonly diagnostics: string
}

const list = (names: string): ReadonlySet<string> => new Set(names.split(' '))

const elements = list(
  'p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area ins del'
)
const attributes = list(
  'title style class id lang xml:lang dir accesskey tabindex xmlns xml:space cite charset type name href hreflang rel rev shape coords src alt longdesc height width usemap ismap nohref summary border frame rules cellspacing cellpadding space nowrap span align valign char charoff abbr axis headers scope rowspan colspan start value datetime'
)
const links = list('href src longdesc cite usemap')
const namespace = 'http://www.w3.org/1999/xhtml'

const token =
  /<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y
const attribute = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const bareAmpersand = /&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)/
// A comment can hide any of the others from this look, and no inline style needs one.
const activeStyle =
  /\/\*|expression\s*\(|javascript\s*:|vbscript\s*:|behaviou?r\s*:|-moz-binding|@import/i
const safeLink =
  /^(?:#|\?|\.{0,2}\/|(?:https?|mailto|tel|ftp|urn):|data:image\/(?:png|gif|jpeg|bmp|webp);|[^:/?#]*(?:[/?#]|$))/i

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** HTML knows names for the colon and for white space; in a link only those of XML are read. */
const otherEntity = /&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;/

/** What a browser makes of the value. */
const decoded = (value: string): string =>
  value.replace(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (all, name: string) => {
    if (!name.startsWith('#')) return named[name] ?? all
    const point =
      name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })

// eslint-disable-next-line no-control-regex
const invisible = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028\u2029\ufeff]/g

const unsafe = (diagnostics: string): NarrativeFault => ({ kind: 'security', diagnostics })

const attributeFault = (
  element: string,
  name: string,
  value: string
): NarrativeFault | undefined => {
  const plain = decoded(value)
  if (/^on/i.test(name)) {
    return unsafe(
      `Narrative has the attribute ${name} on <${element}>, expected nothing that runs; remove it.`
    )
  }
  if (
    links.has(name) &&
    (otherEntity.test(value) || !safeLink.test(plain.replace(invisible, '')))
  ) {
    return unsafe(
      `Narrative links with ${name} of <${element}> to something other than a web address, e-mail, fragment or image; remove the link.`
    )
  }
  if (name === 'style' && activeStyle.test(plain.replace(/\\/g, ''))) {
    return unsafe(`Narrative has a style on <${element}> that can run code; keep plain properties.`)
  }
  if (attributes.has(name) || name.startsWith('xmlns:')) return undefined
  return {
    kind: 'invariant',
    diagnostics: `Narrative has the attribute ${name} on <${element}>, expected only attributes of basic HTML formatting (txt-1); remove it.`
  }
}

const elementFault = (name: string): NarrativeFault | undefined => {
  if (elements.has(name)) return undefined
  const active =
    /^(script|iframe|object|embed|applet|form|input|button|link|meta|base|style|svg|math|frame|frameset|video|audio)$/i.test(
      name
    )
  return {
    kind: active ? 'security' : 'invariant',
    diagnostics: `Narrative has the element <${name}>, expected only basic HTML formatting (txt-1); remove it.`
  }
}

const malformed = (found: string): NarrativeFault => ({
  kind: 'invalid',
  diagnostics: `Narrative is not well-formed XHTML: found ${found}; expected one <div xmlns="${namespace}"> with every element closed.`
})

/** First fault of a `div`; undefined when it may be shown as it is. */
export const narrativeFault = (div: string): NarrativeFault | undefined => {
  const open: string[] = []
  let closed = false
  let content = false
  for (let at = 0; at < div.length; at = token.lastIndex) {
    token.lastIndex = at
    const found = token.exec(div)
    if (!found) return malformed(JSON.stringify(div.slice(at, at + 30)))
    const [text, end, name, pairs, selfClosed] = found
    if (name === undefined) {
      if (text.startsWith('<')) continue
      if (bareAmpersand.test(text)) return malformed('an & that begins no entity')
      if (text.trim() === '') continue
      if (open.length === 0) {
        return malformed(`text outside the div, ${JSON.stringify(text.trim().slice(0, 30))}`)
      }
      content = true
      continue
    }
    if (end === '/') {
      if (open.pop() !== name) return malformed(`</${name}> without its start`)
      closed = open.length === 0
      continue
    }
    const fault = startFault(name, pairs ?? '', open.length === 0, closed)
    if (fault) return fault
    if (name === 'img') content = true
    if (selfClosed !== '/') open.push(name)
    else if (open.length === 0) closed = true
  }
  if (open.length > 0) return malformed(`<${open.at(-1) ?? ''}> that is not closed`)
  if (!closed) return malformed('no div')
  return content
    ? undefined
    : {
        kind: 'invariant',
        diagnostics:
          'Narrative is empty, expected some text or an image (txt-2); write the text or leave out the narrative.'
      }
}

const startFault = (
  name: string,
  pairs: string,
  outermost: boolean,
  closed: boolean
): NarrativeFault | undefined => {
  if (outermost && (closed || name !== 'div')) {
    return closed
      ? malformed(`<${name}> after the div`)
      : (elementFault(name) ?? malformed(`<${name}> instead of <div>`))
  }
  const wrong = elementFault(name)
  if (wrong) return wrong
  let declared = false
  for (const [, attributeName = '', double, single] of pairs.matchAll(attribute)) {
    const value = double ?? single ?? ''
    if (bareAmpersand.test(value)) {
      return malformed(`an & in ${attributeName} that begins no entity`)
    }
    if (attributeName === 'xmlns') declared = value === namespace
    const fault = attributeFault(name, attributeName, value)
    if (fault) return fault
  }
  return outermost && !declared ? malformed('a div without its namespace') : undefined
}
