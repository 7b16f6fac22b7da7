// For every protocol request with parameters, examples with everything it can contain.
const settings = {
  sshConfigFile: '~/.ssh/config',
  userKnownHostsFile: '~/.ssh/known_hosts',
  identityAgent: 'none',
  strictHostKeyChecking: 'ask',
  serverAliveInterval: 15,
  serverAliveCountMax: 3,
  connectTimeout: 10,
  reconnectMaxDelay: 30,
};
const named = { label: 'Database', env: 'DB_PORT', protocol: 'postgresql', ifPortBusy: 'fail' };
const definition = {
  destination: { host: 'staging', user: 'me', port: 2022 },
  proxyJump: [{ host: 'bastion', user: 'me', port: 22 }],
  forwards: [
    {
      kind: 'local',
      listen: { bind: '127.0.0.1', port: 5432 },
      target: { host: 'db', port: 5432 },
      ...named,
    },
    { kind: 'local', listen: { path: '/tmp/a.sock' }, target: { path: '/b.sock' }, ...named },
    { kind: 'remote', listen: { bind: '', port: 9000 }, target: { host: 'x', port: 1 }, ...named },
    { kind: 'dynamic', listen: { bind: '::1', port: 0 }, ...named },
  ],
  x11Programs: [{ name: 'Clock', command: 'xclock', nested: '1280x800', trusted: false }],
  options: {
    compression: true,
    exitOnForwardFailure: false,
    serverAliveInterval: 15,
    serverAliveCountMax: 3,
    connectTimeout: 10,
  },
  reconnect: true,
};
const project = { folders: ['/home/me/shop'], allowed: [{ path: '/home/me/shop/a', real: '/tmp/a' }] };
const leased = {
  id: 'user:staging',
  name: 'staging',
  definition,
  settings,
  want: false,
  onDemand: false,
  consent: 'abc',
  project,
  rememberedPorts: { 'local 0 db:5432': 40_000 },
};
const env = { PATH: '/usr/bin', HOME: '/home/me' };
const least = {
  id: 't',
  definition: {
    destination: { host: 'h' },
    forwards: [],
    x11Programs: [],
    options: {},
    reconnect: false,
  },
  settings: { reconnectMaxDelay: 0 },
  want: false,
  rememberedPorts: {},
};

export const requestSamples = {
  hello: [{ windowId: 'w', title: 'project', version: '1.0.0', editorPid: 4711 }, { windowId: 'w' }],
  'lease/set': [
    { env, tunnels: [leased, least] },
    { env: {}, tunnels: [] },
  ],
  'tunnel/start': [{ id: 'user:staging' }],
  'tunnel/retry': [{ id: 'user:staging' }],
  'tunnel/activity': [{ id: 'user:staging' }],
  'tunnel/stop': [{ id: 'user:staging' }],
  resolve: [
    { definition, settings, project, env },
    { definition, settings, env },
  ],
  'daemon/yield': [
    { ports: [1, 2], paths: ['/tmp/a.sock'], remotes: [{ host: 'staging', port: 9000 }] },
    { ports: [] },
  ],
} as const;
