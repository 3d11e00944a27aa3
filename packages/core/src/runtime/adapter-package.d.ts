// What core knows of an adapter's package; its d.ts must not name the adapters themselves.
declare const factory: () => unknown
export default factory
