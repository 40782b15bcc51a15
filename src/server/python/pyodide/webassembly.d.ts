/** The part of the WebAssembly JavaScript interface that is used here; Node's types leave it to those of the browser. */
declare namespace WebAssembly {
  interface Module {
    readonly brand: unique symbol;
  }
  const Module: { readonly prototype: Module };
  type Imports = Record<string, Record<string, unknown>>;
  let instantiate: (source: Uint8Array | Module, imports?: Imports) => Promise<unknown>;
  const compile: (bytes: Uint8Array) => Promise<Module>;
}
