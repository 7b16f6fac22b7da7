// postject, which Node's manual names for single executable applications, has no types of its own.
declare module 'postject' {
  /** Adds a resource to a program, in place. */
  export function inject(
    program: string,
    resource: string,
    data: Uint8Array,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
