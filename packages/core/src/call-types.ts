import type { ParamKind, ParamValue } from './types/param.ts'

/** The types of an op's function, made from its definition: arguments by position, options, results. */
type Of<S, One, Optional, Many> = S extends `${string}[]` | `...${string}`
  ? Many
  : S extends `${string}?`
    ? Optional
    : One
export type EachInput<I extends readonly string[], One> = {
  readonly [K in keyof I]: Of<I[K], One, One | undefined, readonly One[]>
}
export type ParamValues<P> = { readonly [K in keyof P]: P[K] extends ParamKind<infer T, unknown> ? T : never }

type UserValue<K> = K extends ParamKind<ParamValue, infer In> ? In : never
type WithNull<K> =
  K extends ParamKind<infer T, unknown> ? (null extends T ? UserValue<K> | null : UserValue<K>) : never
type IsOptional<K> = K extends { readonly optional: true } ? true : false
type RequiredNames<P> = { [K in keyof P]: IsOptional<P[K]> extends true ? never : K }[keyof P]
type OptionNames<P, Or extends readonly unknown[]> = Exclude<
  { [K in keyof P]: IsOptional<P[K]> extends true ? K : never }[keyof P],
  Or[number]
>
/** Written so that editors show the options themselves, not how they are made. */
type Options<P, Or extends readonly unknown[]> = {
  readonly [K in OptionNames<P, Or>]?: WithNull<P[K]> | undefined
} & {}
type HasOptions<P, Or extends readonly unknown[]> = [OptionNames<P, Or>] extends [never] ? false : true

type UnionToIntersection<U> = (U extends unknown ? (k: U) => void : never) extends (k: infer I) => void
  ? I
  : never
type IsUnion<U> = [U] extends [never] ? false : [U] extends [UnionToIntersection<U>] ? false : true

type ByName<P, Names> = Names extends readonly [infer H, ...infer R]
  ? [H extends keyof P ? WithNull<P[H]> : never, ...ByName<P, R>]
  : []

/** Parameters by position after the inputs: those in `order`, else the only required one. */
type Positional<P, B extends readonly unknown[], Or extends readonly unknown[]> = Or extends readonly []
  ? [Exclude<RequiredNames<P>, B[number]>] extends [never]
    ? []
    : // TypeScript forgets the order of names, so several required parameters have to be listed in `order`.
      IsUnion<Exclude<RequiredNames<P>, B[number]>> extends true
      ? never
      : [Exclude<RequiredNames<P>, B[number]>]
  : Or
type LeadingRequired<P, Names> = Names extends readonly [infer H, ...infer R]
  ? H extends RequiredNames<P>
    ? [H, ...LeadingRequired<P, R>]
    : []
  : []
type TrailingOptional<P, Names> = Names extends readonly [infer H, ...infer R]
  ? H extends RequiredNames<P>
    ? TrailingOptional<P, R>
    : Names
  : []
type RequiredInputs<I extends readonly string[], A> = I extends readonly [
  infer H,
  ...infer R extends readonly string[],
]
  ? H extends `${string}?` | `...${string}`
    ? []
    : [Of<H, A, never, readonly A[]>, ...RequiredInputs<R, A>]
  : []
type OptionalInputs<I extends readonly string[], A> = I extends readonly [
  infer H,
  ...infer R extends readonly string[],
]
  ? H extends `${string}?`
    ? [A | null | undefined, ...OptionalInputs<R, A>]
    : OptionalInputs<R, A>
  : []
type Join<A, B> = A extends readonly unknown[] ? (B extends readonly unknown[] ? [...A, ...B] : never) : never
type IsRest<I> = I extends readonly [...string[], `...${string}`] ? true : false

type Omittable<T extends readonly unknown[]> = { [I in keyof T]: T[I] | undefined }

/** Optional inputs may be left out from the end; the options object follows what is there. */
type Tail<Opt extends readonly unknown[], Last extends readonly unknown[]> = Opt extends readonly [
  infer H,
  ...infer R,
]
  ? Last | [H, ...Tail<R, Last>]
  : Last
/** Optional inputs are options as well. */
type InputOptions<I extends readonly string[], A> = {
  readonly [K in I[number] as K extends `${infer Name}?` ? Name : never]?: A | null | undefined
}
type OptionTail<I extends readonly string[], P, Or extends readonly unknown[], A> = [
  OptionalInputs<I, A>,
] extends [[]]
  ? HasOptions<P, Or> extends true
    ? [] | [options: Options<P, Or>]
    : []
  : [] | [options: Options<P, Or> & InputOptions<I, A>]

export type Args<
  I extends readonly string[],
  P,
  B extends readonly unknown[],
  Or extends readonly unknown[],
  A,
> =
  IsRest<I> extends true
    ? | [...ByName<P, B>, ...RequiredInputs<I, A>, ...A[]]
      | (HasOptions<P, Or> extends true
          ? [...ByName<P, B>, ...RequiredInputs<I, A>, ...A[], Options<P, Or>]
          : never)
    : Join<
        [...ByName<P, B>, ...RequiredInputs<I, A>, ...ByName<P, LeadingRequired<P, Positional<P, B, Or>>>],
        Tail<
          Join<OptionalInputs<I, A>, Omittable<ByName<P, TrailingOptional<P, Positional<P, B, Or>>>>>,
          OptionTail<I, P, Or, A>
        >
      >

export type Result<O, A> = O extends readonly string[]
  ? { readonly [K in O[number]]: A }
  : O extends 'list'
    ? readonly A[]
    : A
