// What an administrator may put in the way of forwards besides AllowTcpForwarding: the lists of sshd_config and of the
// options of a key, each as it lets a forward pass and as it does not.

export interface Restriction {
  readonly title: string;
  /** `TARGET` and `LISTEN` stand for the ports of the scene. */
  readonly config?: readonly string[];
  readonly keyOptions?: string;
  /** Whether it lets a connection to the target pass. */
  readonly opens?: boolean;
  /** Whether it lets the server listen on the port. */
  readonly listens?: boolean;
  /** Whether it leaves anything of forwarding. */
  readonly forwards?: boolean;
}

export const restrictions: readonly Restriction[] = [
  { title: 'nothing else' },
  // lperm_tests: sshd_config
  { title: 'PermitOpen any', config: ['PermitOpen any'] },
  { title: 'PermitOpen none', config: ['PermitOpen none'], opens: false },
  { title: 'PermitOpen, the target', config: ['PermitOpen 127.0.0.1:TARGET'] },
  { title: 'PermitOpen, others', config: ['PermitOpen 127.0.0.1:22 127.0.0.2:TARGET'], opens: false },
  { title: 'PermitOpen, another name of it', config: ['PermitOpen localhost:TARGET'], opens: false },
  { title: 'PermitOpen, among others', config: ['PermitOpen 127.0.0.1:22 127.0.0.1:TARGET 127.0.0.2:22'] },
  { title: 'PermitOpen, any port of the host', config: ['PermitOpen 127.0.0.1:*'] },
  { title: 'PermitOpen, any port of another host', config: ['PermitOpen 127.0.0.2:*'], opens: false },
  { title: 'PermitOpen, any host with the port', config: ['PermitOpen *:TARGET'] },
  // rperm_tests: sshd_config
  { title: 'PermitListen any', config: ['PermitListen any'] },
  { title: 'PermitListen none', config: ['PermitListen none'], listens: false },
  { title: 'PermitListen, the address', config: ['PermitListen 127.0.0.1:LISTEN'] },
  { title: 'PermitListen, others', config: ['PermitListen 127.0.0.1:22 127.0.0.2:LISTEN'], listens: false },
  {
    title: 'PermitListen, among others',
    config: ['PermitListen 127.0.0.1:22 127.0.0.1:LISTEN 127.0.0.2:LISTEN'],
  },
  { title: 'PermitListen, the port alone', config: ['PermitListen LISTEN'] },
  { title: 'PermitListen, another port alone', config: ['PermitListen 22'], listens: false },
  { title: 'PermitListen, any port of the address', config: ['PermitListen 127.0.0.1:*'] },
  { title: 'PermitListen, any port of another name', config: ['PermitListen localhost:*'], listens: false },
  // lperm_tests: authorized_keys
  {
    title: 'permitopen=, others',
    keyOptions: 'permitopen="127.0.0.1:22",permitopen="127.0.0.2:TARGET"',
    opens: false,
  },
  {
    title: 'permitopen=, among others',
    keyOptions: 'permitopen="127.0.0.1:22",permitopen="127.0.0.1:TARGET"',
  },
  { title: 'permitopen=, any port', keyOptions: 'permitopen="127.0.0.1:*"' },
  { title: 'permitlisten=, others', keyOptions: 'permitlisten="127.0.0.2:LISTEN"', listens: false },
  {
    title: 'permitlisten=, among others',
    keyOptions: 'permitlisten="22",permitlisten="127.0.0.1:LISTEN"',
  },
  { title: 'permitlisten=, the port alone', keyOptions: 'permitlisten="LISTEN"' },
  { title: 'no-port-forwarding', keyOptions: 'no-port-forwarding', forwards: false },
  { title: 'restrict', keyOptions: 'restrict', forwards: false },
  { title: 'restrict,port-forwarding', keyOptions: 'restrict,port-forwarding' },
  {
    title: 'restrict,port-forwarding with both lists',
    keyOptions: 'restrict,port-forwarding,permitopen="127.0.0.1:TARGET",permitlisten="127.0.0.1:LISTEN"',
  },
  // Where the two disagree, both must permit it.
  {
    title: 'a target that sshd_config permits and the key does not',
    config: ['PermitOpen 127.0.0.1:TARGET'],
    keyOptions: 'permitopen="127.0.0.1:22"',
    opens: false,
  },
  {
    title: 'a target that the key permits and sshd_config does not',
    config: ['PermitOpen 127.0.0.1:22'],
    keyOptions: 'permitopen="127.0.0.1:TARGET"',
    opens: false,
  },
  {
    title: 'a listener that the key permits and sshd_config does not',
    config: ['PermitListen 127.0.0.1:22'],
    keyOptions: 'permitlisten="127.0.0.1:LISTEN"',
    listens: false,
  },
];
