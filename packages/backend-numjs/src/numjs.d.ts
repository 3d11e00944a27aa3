declare module 'numjs' {
  const numjs: import('./numjs-api.ts').Numjs
  export default numjs
}
