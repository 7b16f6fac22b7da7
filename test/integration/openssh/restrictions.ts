// What an administrator can restrict besides AllowTcpForwarding: the lists in sshd_config and in a key's options,
// each in a form that permits a forward and one that doesn't.

export interface Restriction {
  readonly title: string;
  /** `TARGET` and `LISTEN` stand for the ports of EveryForward. */
  readonly config?: readonly string[];
  readonly keyOptions?: string;
  /** Whether it permits a connection to the target. */
  readonly opens?: boolean;
  /** Whether it permits the server to listen on the port. */
  readonly listens?: boolean;
  /** Whether it permits any forwarding. */
  readonly forwards?: boolean;
}

export const restrictions: readonly Restriction[] = [
  { title: 'no restriction' },
  // lperm_tests: sshd_config
  { title: 'PermitOpen any', config: ['PermitOpen any'] },
  { title: 'PermitOpen none', config: ['PermitOpen none'], opens: false },
  { title: 'PermitOpen with the target', config: ['PermitOpen 127.0.0.1:TARGET'] },
  {
    title: 'PermitOpen with other targets',
    config: ['PermitOpen 127.0.0.1:22 127.0.0.2:TARGET'],
    opens: false,
  },
  {
    title: 'PermitOpen with another name of the target',
    config: ['PermitOpen localhost:TARGET'],
    opens: false,
  },
  {
    title: 'PermitOpen with the target among others',
    config: ['PermitOpen 127.0.0.1:22 127.0.0.1:TARGET 127.0.0.2:22'],
  },
  { title: 'PermitOpen with any port of the host', config: ['PermitOpen 127.0.0.1:*'] },
  { title: 'PermitOpen with any port of another host', config: ['PermitOpen 127.0.0.2:*'], opens: false },
  { title: 'PermitOpen with any host and the port', config: ['PermitOpen *:TARGET'] },
  // rperm_tests: sshd_config
  { title: 'PermitListen any', config: ['PermitListen any'] },
  { title: 'PermitListen none', config: ['PermitListen none'], listens: false },
  { title: 'PermitListen with the address', config: ['PermitListen 127.0.0.1:LISTEN'] },
  {
    title: 'PermitListen with other addresses',
    config: ['PermitListen 127.0.0.1:22 127.0.0.2:LISTEN'],
    listens: false,
  },
  {
    title: 'PermitListen with the address among others',
    config: ['PermitListen 127.0.0.1:22 127.0.0.1:LISTEN 127.0.0.2:LISTEN'],
  },
  { title: 'PermitListen with the port only', config: ['PermitListen LISTEN'] },
  { title: 'PermitListen with another port only', config: ['PermitListen 22'], listens: false },
  { title: 'PermitListen with any port of the address', config: ['PermitListen 127.0.0.1:*'] },
  {
    title: 'PermitListen with any port of another name',
    config: ['PermitListen localhost:*'],
    listens: false,
  },
  // lperm_tests: authorized_keys
  {
    title: 'permitopen= with other targets',
    keyOptions: 'permitopen="127.0.0.1:22",permitopen="127.0.0.2:TARGET"',
    opens: false,
  },
  {
    title: 'permitopen= with the target among others',
    keyOptions: 'permitopen="127.0.0.1:22",permitopen="127.0.0.1:TARGET"',
  },
  { title: 'permitopen= with any port', keyOptions: 'permitopen="127.0.0.1:*"' },
  {
    title: 'permitlisten= with other addresses',
    keyOptions: 'permitlisten="127.0.0.2:LISTEN"',
    listens: false,
  },
  {
    title: 'permitlisten= with the address among others',
    keyOptions: 'permitlisten="22",permitlisten="127.0.0.1:LISTEN"',
  },
  { title: 'permitlisten= with the port only', keyOptions: 'permitlisten="LISTEN"' },
  { title: 'no-port-forwarding', keyOptions: 'no-port-forwarding', forwards: false },
  { title: 'restrict', keyOptions: 'restrict', forwards: false },
  { title: 'restrict,port-forwarding', keyOptions: 'restrict,port-forwarding' },
  {
    title: 'restrict,port-forwarding with both lists',
    keyOptions: 'restrict,port-forwarding,permitopen="127.0.0.1:TARGET",permitlisten="127.0.0.1:LISTEN"',
  },
  // Where the two disagree, both must permit it.
  {
    title: 'a target permitted by sshd_config but not by the key',
    config: ['PermitOpen 127.0.0.1:TARGET'],
    keyOptions: 'permitopen="127.0.0.1:22"',
    opens: false,
  },
  {
    title: 'a target permitted by the key but not by sshd_config',
    config: ['PermitOpen 127.0.0.1:22'],
    keyOptions: 'permitopen="127.0.0.1:TARGET"',
    opens: false,
  },
  {
    title: 'a listener permitted by the key but not by sshd_config',
    config: ['PermitListen 127.0.0.1:22'],
    keyOptions: 'permitlisten="127.0.0.1:LISTEN"',
    listens: false,
  },
];
