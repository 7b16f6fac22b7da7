// The drawing of the way that bytes go: this machine → jump hosts → server → targets; who listens, who connects.
import { l10n } from 'vscode';
import { formatAddress, isLoopback, isSocketPath } from '../../tunnels/util/address';
import type { Address } from '../../tunnels/util/address';
import { forwardKey, forwardTarget } from '../../tunnels/config/forward';
import { isActive } from '../../tunnels/model/programState';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { forwardLook, programLook, tunnelLook } from '../tree/rowViews';
import type { MapEnd, MapHop, MapLook, MapMark, MapRoute, MapTunnel, MapView } from '../webview/mapData';
import type { Tint } from '../webview/mapData';
import { shortDestination, shownHost } from '../words/exactText';
import { joinParts, plainText } from '../words/format';
import type { Moving } from './traffic';
import { listenAddresses, speakForward } from '../words/forwardWords';
import { speakProgram } from '../words/programWords';
import { isUnstartedSshConfigHost, speakTunnelState } from '../words/tunnelWords';

export function tunnelMap(tunnel: TunnelSnapshot, moving: Moving): MapView {
  return mapOf([mapTunnel(tunnel, moving)]);
}

/** All tunnels of a window, without hosts of ssh_config that were not started. */
export function windowMap(tunnels: readonly TunnelSnapshot[], moving: (tunnelId: string) => Moving): MapView {
  const byWay = new Map<string, NamedMap[]>();
  for (const tunnel of tunnels) {
    if (tunnel.entry !== undefined && !isUnstartedSshConfigHost(tunnel)) {
      const map = mapTunnel(tunnel, moving(tunnel.id));
      const way = JSON.stringify([map.hops, map.tint]);
      const named = { name: plainText(tunnel.name), map };
      const others = byWay.get(way);
      if (others) {
        others.push(named);
      } else {
        byWay.set(way, [named]);
      }
    }
  }
  return mapOf([...byWay.values()].flatMap(oneWay));
}

interface NamedMap {
  readonly name: string;
  readonly map: MapTunnel;
}

/** As many as fit above a box. */
const maxNames = 3;

/** Tunnels through the same hosts, in the same state, share their boxes. */
function oneWay(tunnels: readonly NamedMap[]): readonly MapTunnel[] {
  const [first, ...others] = tunnels;
  if (!first) {
    return [];
  }
  if (others.length === 0) {
    return [{ ...first.map, title: first.name }];
  }
  const names = tunnels.slice(0, maxNames).map(({ name }) => name);
  const more = tunnels.length - names.length;
  return [
    {
      ...first.map,
      title:
        more === 0
          ? names.join(', ')
          : l10n.t('{names} and {count} more', { names: names.join(', '), count: more }),
      routes: tunnels.flatMap(({ name, map }) => map.routes.map((route) => routeOf(name, map.key, route))),
      sentence: tunnels.map(({ name, map }) => `${name}: ${map.sentence}`).join(' '),
    },
  ];
}

function routeOf(name: string, tunnelKey: string, route: MapRoute): MapRoute {
  const near = { ...route.near, role: joinParts([name, route.near.role]) };
  return { ...route, key: `${tunnelKey}/${route.key}`, near, sentence: `${name}: ${route.sentence}` };
}

function mapOf(tunnels: readonly MapTunnel[]): MapView {
  return { machine: l10n.t('This machine'), targets: l10n.t('Targets'), tunnels };
}

function mapTunnel(tunnel: TunnelSnapshot, moving: Moving): MapTunnel {
  const hops = hopsOf(tunnel);
  const names = hops.map(({ title }) => title);
  const way = [l10n.t('This machine'), ...names].join(' → ');
  return {
    key: tunnel.id,
    ...look(tunnelLook(tunnel).tint),
    hops,
    routes: [
      ...tunnel.forwards.map((forward) => forwardRoute(forward, tunnel, moving)),
      ...tunnel.programs.map(programRoute),
    ],
    sentence: l10n.t('{way}. {state}', { way, state: speakTunnelState(tunnel) }),
  };
}

const marks: Readonly<Record<Tint, MapMark>> = {
  'charts.green': 'working',
  'charts.blue': 'busy',
  'charts.yellow': 'attention',
  'charts.red': 'failed',
  disabledForeground: 'off',
};

function look(tint: Tint): MapLook {
  return { tint, mark: marks[tint] };
}

/** As connected, with the jump hosts of ssh_config; or else as configured. */
function hopsOf(tunnel: TunnelSnapshot): readonly MapHop[] {
  const { entry, protection = [] } = tunnel;
  const configured = entry
    ? [...(entry.definition.proxyJump ?? []), entry.definition.destination].map(shortDestination)
    : [];
  const names = protection.length > 0 ? protection.map(({ who }) => who) : configured;
  return names.map((name, index) => {
    const isLast = index === names.length - 1;
    return {
      key: `hop/${index}`,
      role: isLast ? l10n.t('Server') : l10n.t('Jump host'),
      title: plainText(shownHost(withoutAccount(name))),
      ...look(hopTint(tunnel, index)),
    };
  });
}

/** A forward that has failed doesn't make the connection worse. */
function hopTint(tunnel: TunnelSnapshot, index: number): Tint {
  const { state } = tunnel;
  if (state.status === 'up') {
    return state.isUnstable ? 'charts.yellow' : 'charts.green';
  }
  if (state.status !== 'connecting' || index === state.hop) {
    return tunnelLook(tunnel).tint;
  }
  return index < state.hop ? 'charts.green' : 'disabledForeground';
}

/** The host alone, with a port that isn't SSH's own: a box has little room, and Connection has the rest. */
function withoutAccount(who: string): string {
  return who.slice(who.lastIndexOf('@') + 1).replace(/:22$/, '');
}

function forwardRoute(snapshot: ForwardSnapshot, tunnel: TunnelSnapshot, moving: Moving): MapRoute {
  const { forward } = snapshot;
  const isRemote = forward.kind === 'remote';
  const [first = '', ...others] = listenAddresses(snapshot);
  const listener = {
    role: l10n.t('listens on'),
    text: others.length > 0 && isTwin(first, others) ? first : [first, ...others].join(', '),
    beyond: false,
  };
  const target = targetEnd(forwardTarget(forward));
  return {
    key: forwardKey(forward),
    ...look(forwardLook(snapshot, tunnel).tint),
    near: isRemote ? target : listener,
    far: isRemote ? listener : target,
    direction: isRemote ? 'in' : 'out',
    moving: moving.has(forwardKey(forward)),
    sentence: speakForward(snapshot),
  };
}

/** ::1 beside 127.0.0.1, with the same port. */
function isTwin(first: string, others: readonly string[]): boolean {
  const port = /:\d+$/.exec(first)?.[0];
  return first.startsWith('127.0.0.1:') && others.length === 1 && others[0] === `[::1]${port}`;
}

function targetEnd(target: Address | undefined): MapEnd {
  const role = l10n.t('connects to');
  if (target === undefined) {
    return { role, text: l10n.t('what each program asks for'), beyond: true };
  }
  if (isSocketPath(target)) {
    return { role, text: plainText(target.path), beyond: false };
  }
  const isItself = isLoopback(target.host) || target.host === 'localhost';
  return { role, text: plainText(shownHost(formatAddress(target))), beyond: !isItself };
}

function programRoute({ program, state, ...more }: ProgramSnapshot): MapRoute {
  return {
    key: `program/${program.name}`,
    ...look(programLook(state).tint),
    near: { role: l10n.t('shows windows on'), text: l10n.t("this machine's display"), beyond: false },
    far: { role: l10n.t('X11 program'), text: plainText(program.name), beyond: false },
    direction: 'in',
    moving: isActive(state) && state.status === 'running' && state.windows > 0,
    sentence: speakProgram({ program, state, ...more }),
  };
}
