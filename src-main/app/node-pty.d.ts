// oxlint-disable-next-line typescript/triple-slash-reference -- with an import this would be a module that adds to another
/// <reference path="../../node_modules/node-pty/node-pty.d.ts" />

/** The package behind the name declares its types by its own name. */
declare module 'node-pty' {
  export * from '@lydell/node-pty';
}
