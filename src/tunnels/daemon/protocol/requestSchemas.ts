// The schemas of the windows' requests: any other request is refused before any part of it is carried out.
import type { Address } from '../../util/address';
import type { Destination, SessionOptions, TunnelDefinition, X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { ifPortBusyValues } from '../../config/forward';
import type { DynamicForward, Forward, Listen, LocalForward, RemoteForward } from '../../config/forward';
import { startableEnvironment } from './leasedEnvironment';
import type * as protocol from './protocol';
import {
  Malformed,
  amount,
  flag,
  listOf,
  maybe,
  objectAt,
  oneOf,
  optional,
  portNumber,
  recordOf,
  objectOf,
  text,
  variableText,
} from './schema';
import type { Reader } from './schema';
import { logLevels } from '../../util/log';

const tcpAddress = objectOf<{ readonly host: string; readonly port: number }>({
  host: text,
  port: portNumber,
});
const socketPath = objectOf<{ readonly path: string }>({ path: text });
const tcpListen = objectOf<Exclude<Listen, { readonly path: string }>>({
  bind: maybe(text),
  port: portNumber,
});

const address: Reader<Address> = (value, at) =>
  ('path' in objectAt(value, at) ? socketPath : tcpAddress)(value, at);
const listen: Reader<Listen> = (value, at) =>
  ('path' in objectAt(value, at) ? socketPath : tcpListen)(value, at);

const details = {
  listen,
  label: text,
  env: optional(text),
  protocol: optional(text),
  ifPortBusy: oneOf(...ifPortBusyValues),
};
const forwards = {
  local: objectOf<LocalForward>({ ...details, kind: oneOf('local'), target: address }),
  remote: objectOf<RemoteForward>({ ...details, kind: oneOf('remote'), target: maybe(address) }),
  dynamic: objectOf<DynamicForward>({ ...details, kind: oneOf('dynamic') }),
};
const kind = oneOf('local', 'remote', 'dynamic');
const forward: Reader<Forward> = (value, at) =>
  forwards[kind(objectAt(value, at)['kind'], `${at}.kind`)](value, at);

const destination = objectOf<Destination>({ host: text, user: optional(text), port: optional(portNumber) });

const program = objectOf<X11Program>({ name: text, command: text, nested: optional(text), trusted: flag });

const definition = objectOf<TunnelDefinition>({
  destination,
  proxyJump: optional(listOf(destination)),
  forwards: listOf(forward),
  x11Programs: listOf(program),
  options: objectOf<SessionOptions>({
    compression: optional(flag),
    exitOnForwardFailure: optional(flag),
    serverAliveInterval: optional(amount),
    serverAliveCountMax: optional(amount),
    connectTimeout: optional(amount),
  }),
  reconnect: flag,
});

const settings = objectOf<protocol.ConnectionSettings>({
  sshConfigFile: optional(text),
  userKnownHostsFile: optional(text),
  identityAgent: optional(text),
  strictHostKeyChecking: optional(oneOf('ask', 'accept-new', 'yes')),
  serverAliveInterval: optional(amount),
  serverAliveCountMax: optional(amount),
  connectTimeout: optional(amount),
  reconnectMaxDelay: amount,
});

const variables = recordOf(variableText);
/** To sort more would take seconds, and they don't fit into a lease. */
const mostVariables = 65_536;
const env: Reader<Environment> = (value, at) => {
  if (Object.keys(objectAt(value, at)).length > mostVariables) {
    throw new Malformed(at, `at most ${mostVariables} variables`);
  }
  return startableEnvironment(variables(value, at));
};

const project = objectOf<protocol.ProjectSockets>({
  folders: listOf(text),
  allowed: listOf(objectOf<protocol.SocketLink>({ path: text, real: text })),
});

export const windowHello = objectOf<protocol.WindowHello>({
  windowId: text,
  title: optional(text),
  version: optional(text),
  editorPid: optional(amount),
});

export const lease = objectOf<protocol.Lease>({
  env,
  tunnels: listOf(
    objectOf<protocol.LeasedTunnel>({
      id: text,
      name: optional(text),
      definition,
      settings,
      want: flag,
      onDemand: optional(flag),
      consent: optional(text),
      project: optional(project),
      rememberedPorts: recordOf(portNumber),
    }),
  ),
});

export const tunnelParams = objectOf<{ readonly id: string }>({ id: text });
export const forwardParams = objectOf<{ readonly id: string; readonly forward: string }>({
  id: text,
  forward: text,
});

export const runParams = objectOf<{ readonly id: string; readonly program: X11Program }>({
  id: text,
  program,
});
export const programParams = objectOf<{ readonly id: string; readonly program: string }>({
  id: text,
  program: text,
});

export const resolveParams = objectOf<
  Pick<protocol.LeasedTunnel, 'definition' | 'settings' | 'project'> & { readonly env: Environment }
>({ definition, settings, project: optional(project), env });

const logLevel = oneOf(...logLevels);
export const logThresholds = objectOf<protocol.LogThresholds>({ all: logLevel, tunnels: recordOf(logLevel) });

export const listenAddresses = objectOf<protocol.ListenAddresses>({
  ports: listOf(portNumber),
  paths: optional(listOf(text)),
  remotes: optional(listOf(tcpAddress)),
});
