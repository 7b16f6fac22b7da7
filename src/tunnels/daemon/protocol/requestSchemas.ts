// What windows ask of the host, key by key: a request that is anything else is refused before any of it is done.
import type { Address } from '../../util/address';
import type { Destination, SessionOptions, TunnelDefinition, X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { ifPortBusyValues } from '../../config/forward';
import type { DynamicForward, Forward, Listen, LocalForward, RemoteForward } from '../../config/forward';
import type * as protocol from './protocol';
import {
  amount,
  flag,
  listOf,
  maybe,
  objectAt,
  oneOf,
  optional,
  portNumber,
  recordOf,
  shape,
  text,
  variableText,
} from './schema';
import type { Reader } from './schema';

const tcpAddress = shape<{ readonly host: string; readonly port: number }>({ host: text, port: portNumber });
const socketPath = shape<{ readonly path: string }>({ path: text });
const tcpListen = shape<Exclude<Listen, { readonly path: string }>>({ bind: maybe(text), port: portNumber });

const address: Reader<Address> = (value, place) =>
  ('path' in objectAt(value, place) ? socketPath : tcpAddress)(value, place);
const listen: Reader<Listen> = (value, place) =>
  ('path' in objectAt(value, place) ? socketPath : tcpListen)(value, place);

const details = {
  listen,
  label: text,
  env: optional(text),
  protocol: optional(text),
  ifPortBusy: oneOf(...ifPortBusyValues),
};
const forwards = {
  local: shape<LocalForward>({ ...details, kind: oneOf('local'), target: address }),
  remote: shape<RemoteForward>({ ...details, kind: oneOf('remote'), target: maybe(address) }),
  dynamic: shape<DynamicForward>({ ...details, kind: oneOf('dynamic') }),
};
const kind = oneOf('local', 'remote', 'dynamic');
const forward: Reader<Forward> = (value, place) =>
  forwards[kind(objectAt(value, place)['kind'], `${place}.kind`)](value, place);

const destination = shape<Destination>({ host: text, user: optional(text), port: optional(portNumber) });

const program = shape<X11Program>({ name: text, command: text, nested: optional(text), trusted: flag });

const definition = shape<TunnelDefinition>({
  destination,
  proxyJump: optional(listOf(destination)),
  forwards: listOf(forward),
  x11Programs: listOf(program),
  options: shape<SessionOptions>({
    compression: optional(flag),
    exitOnForwardFailure: optional(flag),
    serverAliveInterval: optional(amount),
    serverAliveCountMax: optional(amount),
    connectTimeout: optional(amount),
  }),
  reconnect: flag,
});

const settings = shape<protocol.ConnectionSettings>({
  sshConfigFile: optional(text),
  userKnownHostsFile: optional(text),
  identityAgent: optional(text),
  strictHostKeyChecking: optional(oneOf('ask', 'accept-new', 'yes')),
  serverAliveInterval: optional(amount),
  serverAliveCountMax: optional(amount),
  connectTimeout: optional(amount),
  reconnectMaxDelay: amount,
});

const env = recordOf(variableText);

export const windowHello = shape<protocol.WindowHello>({
  windowId: text,
  title: optional(text),
  version: optional(text),
});

export const lease = shape<protocol.Lease>({
  env,
  tunnels: listOf(
    shape<protocol.LeasedTunnel>({
      id: text,
      name: optional(text),
      definition,
      settings,
      want: flag,
      onDemand: optional(flag),
      consent: optional(text),
      rememberedPorts: recordOf(portNumber),
    }),
  ),
});

export const tunnelParams = shape<{ readonly id: string }>({ id: text });
export const rivalParams = shape<{ readonly id: string; readonly forward: string }>({
  id: text,
  forward: text,
});

export const runParams = shape<{ readonly id: string; readonly program: X11Program }>({ id: text, program });
export const programParams = shape<{ readonly id: string; readonly program: string }>({
  id: text,
  program: text,
});

export const resolveParams = shape<
  Pick<protocol.LeasedTunnel, 'definition' | 'settings'> & { readonly env: Environment }
>({ definition, settings, env });

export const places = shape<protocol.Places>({
  ports: listOf(portNumber),
  paths: optional(listOf(text)),
  remotes: optional(listOf(tcpAddress)),
});
