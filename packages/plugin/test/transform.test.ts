import { transform } from '@tendril/plugin'
import { expect, test } from 'vitest'
import { rewritten } from './marked.ts'

test.each([
  ['x ** y', '_.power(x , y)'],
  ['x * y + -x', '_.add(_.multiply(x , y) , _.negative(x))'],
  ['return-x', 'return _.negative(x)'],
  ['x /* a + b */ - // c\n y', '_.subtract(x /* a + b */ , // c\n y)'],
  ['(x, y) % (x)', '_.remainder((x, y) , (x))'],
  ['x as any + 1', '_.add(x as any , 1)'],
  ['x += y * 2', 'x = _.add(x, _.multiply(y , 2))'],
  ['this.w -= y', 'this.w = _.subtract(this.w, y)'],
  ['f().a[x] *= y', '_.change(f().a, x , (_Value) => _.multiply(_Value, y))'],
  ['f().a.b **= y', "_.change(f().a, 'b' , (_Value) => _.power(_Value, y))"],
  ['x ||= y', '_.plain(x ) || (x = y)'],
  ['x++; --y', 'x = _.increment(x); y = _.decrement(y)'],
  ['x[y] + x[1, y]', '_.add(_.index(x, y) , _.index(x, 1, y))'],
  ['x?.[y]; x[y](); delete x[y]; x[y] = 1', 'x?.[y]; x[y](); delete x[y]; x[y] = 1'],
  ['[x[y], ...x] = z', '[x[y], ...x] = z'],
  ['x && y || !x', '_.plain(_.plain(x) && y) || _.not(x)'],
  ['x > y ? x : f`a`', '_.truth(_.greater(x , y)) ? x : f`a`'],
  ['x > y ? x : -y', '_.choose(_.greater(x , y) , () => ( x ), () => ( _.negative(y)))'],
  ['while (x < y) { x += 1; break }', 'while (_.truth(_.less(x , y))) { x = _.add(x, 1); break }'],
  ['if (x) { await y } else if (x === y) y = x', 'if (_.truth(x)) { await y } else if (x === y) y = x'],
  [
    'while (x < y && y > 0) x += 1',
    '_.loop (() => (_.and(_.less(x , y) , () => ( _.greater(y , 0)))), () => { x = _.add(x, 1)}, () => [x], (_Values) => { [x] = _Values });',
  ],
  [
    'if (x > 0) { let z = x; y = z }\nelse x = td.sum(y)',
    "_.branch (_.greater(x , 0), () => { { let z = x; y = z }}, () => {\n x = _.calling(td, 'sum').sum(y)}, () => [y, x], (_Values) => { [y, x] = _Values });",
  ],
  [
    'for (let i = 0; i < y; i++) x *= 2',
    '{  let i = 0; _.turns(() => ( _.less(i , y)), () => { i = _.increment(i)}, () => { x = _.multiply(x, 2)}, () => [i, x], (_Values) => { [i, x] = _Values }, 1);}',
  ],
  // A variable of the file may be seen by others.
  ['if (x > 0) seen = y', 'if (_.truth(_.greater(x , 0))) seen = y'],
  ['"a" + x; `${x}`; 1 + 2; x === y; x == null; typeof x; x in y', ''],
  ['let z: -1 | (typeof x)[0] = 1; x++ as T; y = x--', ''],
])('%s', (body, expected) => {
  expect(rewritten(body)).toBe(expected === '' ? body : expected)
})

test('what is not marked stays as it is, to the byte', () => {
  const plain = 'const f = (x) => x + 1\n'
  expect(transform(plain, 'a.js')).toBeUndefined()
  expect(transform(`${plain}// 'use trace'\nconst s = 'use trace'`, 'a.js')).toBeUndefined()
  const marked = "const g = (x) => { 'use trace'; return x + 1 }\n"
  const result = transform(`${plain}${marked}${plain}`, 'a.js')!.code
  expect(result).toBe(
    `${plain}${marked.replace('x + 1', '_tendril.add(x , 1)')}${plain}\nimport * as _tendril from '@tendril/plugin/runtime'\n`,
  )
})

test('a file is marked as a whole, inner functions with their outer one', () => {
  const code = "'use trace'\nexport const f = (x) => (y) => x + y"
  expect(transform(code, 'a.mjs')!.code).toContain('_tendril.add(x , y)')
})

test('names stay free', () => {
  const code = "export function f(_tendril) { 'use trace'; return _tendril + 1 }"
  expect(transform(code, 'a.ts')!.code).toContain('_tendril_.add(_tendril , 1)')
})

test('scripts require what modules import', () => {
  const code = "'use strict'\nexports.f = function (x) { 'use trace'; return x + 1 }"
  const result = transform(code, 'a.cjs')!.code
  expect(result).toContain("\nconst _tendril = require('@tendril/plugin/runtime');exports.f")
  expect(result).not.toContain('import')
})

test.each(['a.ts', 'a.mts', 'a.cts', 'a.tsx', 'a.js', 'a.jsx', 'a.mjs', 'a.ts?v=1'])(
  '%s is parsed',
  (file) => {
    const types = /[mc]?ts/.test(file) ? ': number' : ''
    const code = `export function f(x${types}) { 'use trace'; return -x }`
    expect(transform(code, file)!.code).toContain('_tendril.negative(x)')
  },
)

test('JSX in any JavaScript, and scripts that are not strict', () => {
  const jsx = "export const f = (x) => { 'use trace'; return <p>{x + 1}</p> }"
  expect(transform(jsx, 'a.js')!.code).toContain('<p>{_tendril.add(x , 1)}</p>')
  const script = "exports.f = function (x) { 'use trace'; with (x) return x + 010 }"
  expect(transform(script, 'a.js')!.code).toContain('_tendril.add(x , 010)')
})

test('a file that cannot be parsed is left to whoever runs it', () => {
  expect(transform("function f() { 'use trace'; return x + }", 'a.js')).toBeUndefined()
})
