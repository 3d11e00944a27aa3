import { expect, test } from 'vitest'
import { privateName } from '../src/trace/private-name.ts'

test.each([
  ['class A { #n = 1 }', '#n'],
  ['class A { static #count = 0 }', '#count'],
  ['class A { #über() {} }', '#über'],
  ['class A { get #x() { return 1 } }', '#x'],
  ['class A { has(o) { return #n in o } }', '#n'],
  ['class A { s = "#no"; t = \'#no\'; #n }', '#n'],
  ["class A { s = 'it\\'s #no' }", undefined],
  ['class A { /* #no */ a = 1 // #no\n }', undefined],
  ['class A { // it\'s "open\n #n = 1 }', '#n'],
  ['class A { s = `#no ${this.a} #no` }', undefined],
  ['class A { s = `${this.#n}` }', '#n'],
  ['class A { s = `${{ a: `${1}` }.a} #no`; t = `#no` }', undefined],
  ['class A { s = `${a}`; #n = 1; t = `x` }', '#n'],
  ['class A { s = `\\`${{}}`; #n }', '#n'],
  ['class A { r = /#no/; }', undefined],
  ['class A { r = /[/`\'"]/; #n }', '#n'],
  ['class A { f() { return /#no`/ } }', undefined],
  ['class A { f(a, b) { return a / b / this.#n } }', '#n'],
  ['class A { f(a) { return (a) / 2 + "`" }  #n }', '#n'],
  ['function A() { this.color = "#fff" }', undefined],
  ['class A { a = "//"; #n }', '#n'],
  ['', undefined],
])('%s', (source, name) => {
  expect(privateName(source)).toBe(name)
})
