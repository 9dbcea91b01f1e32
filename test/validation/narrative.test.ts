import t from 'tap'
import { narrativeFault } from '../../src/validation/structure/narrative.ts'

const div = (content: string, attributes = ''): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml"${attributes}>${content}</div>`
const kind = (xhtml: string): string | undefined => narrativeFault(xhtml)?.kind

t.test('basic formatting passes', async (t) => {
  for (const xhtml of [
    div('Un plan'),
    ` ${div('<p class="a">Sœur &amp; frère &#233;&nbsp;<b>oui</b><br/></p>', ' lang="fr" xml:lang="fr"')}\n`,
    div('<table><tbody><tr><td colspan="2">1</td></tr></tbody></table><!-- a note -->'),
    div(
      '<a href="https://example.org/a?b=c&amp;d=e">x</a><a href="#here" name="there">y</a><a href="page.html#Task.extension:one">z</a><a href="mailto:a@example.org">w</a>'
    ),
    div('<img src="data:image/png;base64,AAAA" alt=""/>')
  ]) {
    t.equal(narrativeFault(xhtml), undefined, xhtml)
  }
})

t.test('what could run is refused as a matter of security', async (t) => {
  for (const xhtml of [
    div('<script>alert(1)</script>'),
    div('<SCRIPT>alert(1)</SCRIPT>'),
    div('<p onclick="alert(1)">x</p>'),
    div('<p ONclick="alert(1)">x</p>'),
    div('x', ' onload="alert(1)"'),
    div('<a href="javascript:alert(1)">x</a>'),
    div('<a href=" java&#115;cript:alert(1)">x</a>'),
    div('<a href="java&#x0A;script:alert(1)">x</a>'),
    div('<a href="&#1;javascript:alert(1)">x</a>'),
    div('<a href="javascript&colon;alert(1)">x</a>'),
    div('<a href="data:text/html;base64,AAAA">x</a>'),
    div('<img src="vbscript:x" alt=""/>'),
    div('<iframe src="https://example.org"></iframe>'),
    div('<form action="https://example.org"><input name="a"/></form>'),
    div('<svg><script>1</script></svg>'),
    div('<style>p{}</style>'),
    div('<p style="width: expression(alert(1))">x</p>'),
    div('<p style="background: url(javascript:alert(1))">x</p>'),
    div('<p style="width: exp/**/ression(alert(1))">x</p>')
  ]) {
    t.equal(kind(xhtml), 'security', xhtml)
  }
})

t.test('what is not well formed is invalid', async (t) => {
  for (const xhtml of [
    'text',
    '<p>x</p>',
    '<div>no namespace</div>',
    div('<p>x'),
    div('<b><i>x</b></i>'),
    `${div('x')}y`,
    `${div('x')}${div('y')}`,
    div('a & b'),
    div('<a href="a&b">x</a>'),
    div('a < b'),
    div('<p class=a>x</p>'),
    div('<!-- open'),
    `<!DOCTYPE html>${div('x')}`,
    div('<![CDATA[x]]>'),
    div('<?x?>'),
    ''
  ]) {
    t.ok(['invalid', 'invariant'].includes(kind(xhtml) ?? ''), xhtml)
    t.not(kind(xhtml), undefined, xhtml)
  }
})

t.test('other elements and attributes break txt-1, emptiness txt-2', async (t) => {
  t.match(narrativeFault(div('<blink>x</blink>')), {
    kind: 'invariant',
    diagnostics: /<blink>.*txt-1/
  })
  t.match(narrativeFault(div('<p data-x="1">x</p>')), {
    kind: 'invariant',
    diagnostics: /data-x.*txt-1/
  })
  t.match(narrativeFault(div(' \n ')), { kind: 'invariant', diagnostics: /txt-2/ })
  t.equal(kind(div('<p> </p>')), 'invariant')
})

t.test('a long narrative takes linear time', async (t) => {
  for (const piece of ['<p a="1"', '<!--', '&amp', '<b>', ' a="b"']) {
    const before = performance.now()
    narrativeFault(div(piece.repeat(50_000)))
    t.ok(performance.now() - before < 1000, piece)
  }
})
