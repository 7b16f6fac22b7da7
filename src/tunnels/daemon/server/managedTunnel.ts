// Makes a tunnel that windows share: what it needs to know of them, it learns from whoever holds it at that moment.
import type { OwnSockets } from '../../forwards/local/ownSockets';
import type { PortBook } from '../../forwards/listenerRegistry';
import type { Ask } from '../../model/prompt';
import type { SessionPool } from '../../ssh/session/sessionPool';
import { holderOf, isOnDemand, newest, secretsOf } from './leases';
import type { Holding, Managed } from './leases';
import type { LeasedTunnel, LogLine } from '../protocol/protocol';
import { Tunnel } from '../tunnel/tunnel';

/** Without a client for so long, a tunnel that dials on demand hangs up: milliseconds. */
const idleTime = 5 * 60_000;

/** What all tunnels of a host have in common. */
export interface Commons {
  readonly pool: SessionPool;
  readonly ports: PortBook;
  readonly ownSockets: OwnSockets;
  readonly log: (line: LogLine) => void;
  readonly onChange: (managed: Managed) => void;
  /** Only the user can enter it. */
  readonly privateFolder: string;
  readonly onProgramsOver: (managed: Managed) => void;
  readonly ask: (holding: Holding, ...question: Parameters<Ask>) => ReturnType<Ask>;
}

export function makeManaged(leased: LeasedTunnel, identity: string, commons: Commons): Managed {
  const { pool, ports, ownSockets, log, onChange, ask, privateFolder } = commons;
  const name = leased.id;
  const holders = new Set<Holding>();
  const managed: Managed = {
    identity,
    holders,
    changed: false,
    told: '',
    tunnel: new Tunnel(leased, {
      name,
      log: (text) => log({ level: 'info', text: `[${name}] ${text}` }),
      onChange: () => onChange(managed),
      env: () => newest(holders)?.window.env ?? {},
      isConsented: (hash) =>
        [...holders].some(({ want, leased: { consent } }) => want && (consent ?? hash) === hash),
      secrets: secretsOf(holders),
      pool,
      rememberedPort: (key) => leased.rememberedPorts[key],
      ownSockets,
      ports,
      holder: () => holderOf(leased, holders),
      isOnDemand: () => isOnDemand(holders),
      askAnyone: (...question) => {
        const holder = newest(holders);
        return holder ? ask(holder, ...question) : Promise.resolve(undefined);
      },
      idleTime,
      privateFolder,
      onProgramsOver: () => commons.onProgramsOver(managed),
    }),
  };
  return managed;
}
