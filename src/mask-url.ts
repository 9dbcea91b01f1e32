/**
 * An address as it may be shown: credentials hidden, and every option that is not known to be
 * harmless. https://www.mongodb.com/docs/manual/reference/connection-string-options/
 */

const hidden = '***'

/** In lower case. */
const harmless: ReadonlySet<string> = new Set([
  'replicaset',
  'tls',
  'ssl',
  'directconnection',
  'loadbalanced',
  'appname',
  'authsource',
  'authmechanism',
  'compressors',
  'srvmaxhosts',
  'srvservicename',
  'w',
  'wtimeoutms',
  'journal',
  'retrywrites',
  'retryreads',
  'readpreference',
  'readconcernlevel',
  'maxstalenessseconds',
  'localthresholdms',
  'heartbeatfrequencyms',
  'maxpoolsize',
  'minpoolsize',
  'maxidletimems',
  'maxconnecting',
  'waitqueuetimeoutms',
  'connecttimeoutms',
  'sockettimeoutms',
  'serverselectiontimeoutms',
  'timeoutms'
])

const option = (text: string): string => {
  const [name = '', value, ...more] = text.split('=')
  if (value === undefined) return hidden
  return more.length === 0 && harmless.has(name.toLowerCase()) && /^[\w.$%:-]*$/.test(value)
    ? text
    : `${name}=${hidden}`
}

/** What is no address at all is hidden when it might hold a credential. */
const maskText = (text: string): string =>
  /^sqlite:/.test(text) || !/[@=?]/.test(text) ? text : hidden

export const maskUrl = (text: string): string => {
  const [, scheme, rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)(.*)$/is.exec(text) ?? []
  if (scheme === undefined) return maskText(text)
  const at = rest.search(/[?#]/)
  const place = at < 0 ? rest : rest.slice(0, at)
  const options = at < 0 ? '' : rest.slice(at)
  // A password with "?" or an option with "@": where one ends is a guess, so nothing is shown.
  if (options.includes('@')) return scheme + hidden
  const end = place.lastIndexOf('@')
  const shown = end < 0 ? place : `${hidden}${place.slice(end)}`
  return (
    scheme +
    shown +
    (options === '' ? '' : options.slice(0, 1) + options.slice(1).split('&').map(option).join('&'))
  )
}
