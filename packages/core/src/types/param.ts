export { type Draw, isDraw, isGraph, isKey, type ParamKind, type ParamValue, Refusal } from './param-kind.ts'
