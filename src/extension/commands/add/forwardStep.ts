// The steps of Add Tunnel… that ask what to forward: one of three kinds, then a port or an address.
import { l10n } from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { formatAddress, isLoopback, isSocketPath } from '../../../tunnels/util/address';
import { formatListen, isWideBind } from '../../../tunnels/config/forward';
import type { ForwardKind, Listen, TcpListen } from '../../../tunnels/config/forward';
import { complaint } from './hostStep';
import type { ListenPorts } from './listenPorts';
import { proposedPorts } from './proposals';
import { matchingItems } from '../../ui/stepBox';
import type { StepItem } from '../../ui/stepBox';
import { readTypedForward, wantedPort } from './typedForward';
import type { TypedForward } from './typedForward';

export interface ForwardChoice {
  readonly text: string;
  readonly forward: TypedForward;
  readonly listen: Listen;
}

export function kindItems(text: string, server: string): readonly StepItem<ForwardKind>[] {
  const items: readonly StepItem<ForwardKind>[] = [
    {
      icon: 'arrow-right',
      label: l10n.t('Reach a port over there'),
      detail: l10n.t('A database or a web page that {server} can reach gets a port on this machine.', {
        server,
      }),
      accept: () => 'local',
    },
    {
      icon: 'arrow-left',
      label: l10n.t('Let the server reach a port here'),
      detail: l10n.t('A program on this machine gets a port on {server}.', { server }),
      accept: () => 'remote',
    },
    {
      icon: 'globe',
      label: l10n.t('Browse through the server'),
      detail: l10n.t('A SOCKS proxy: a browser reaches what {server} can reach.', { server }),
      accept: () => 'dynamic',
    },
  ];
  return matchingItems(items, text);
}

export function forwardPlaceholder(kind: ForwardKind): string {
  switch (kind) {
    case 'local':
      return l10n.t('Port or address over there, such as 5432, db:5432 or http://www.internal/');
    case 'remote':
      return l10n.t('Port here, such as 3000, or 9000:3000 for port 9000 of the server');
    case 'dynamic':
      return l10n.t('Port of the proxy on this machine, such as 1080');
  }
}

export interface ForwardStep {
  readonly kind: ForwardKind;
  readonly server: string;
  readonly ports: ListenPorts;
  /** Lower ports need privileges. */
  readonly unprivilegedFrom: number;
}

export function forwardItems(
  step: ForwardStep,
  text: string,
  redraw: () => void,
): readonly StepItem<ForwardChoice>[] {
  const typed = text.trim();
  const lower = typed.toLowerCase();
  const proposed = proposedPorts(step.kind)
    .filter(
      ({ port, service = '' }) =>
        typed !== String(port) && `${port} ${service}`.toLowerCase().includes(lower),
    )
    .flatMap(({ port, service }) => {
      const parsed = readTypedForward(step.kind, String(port));
      return 'value' in parsed ? [item(step, String(port), parsed.value, redraw, service)] : [];
    });
  if (typed === '') {
    return proposed;
  }
  const parsed = readTypedForward(step.kind, typed);
  if ('error' in parsed) {
    return proposed.length > 0 ? proposed : [complaint(localize(parsed.error.message, l10n))];
  }
  return [item(step, typed, parsed.value, redraw), ...(step.kind === 'dynamic' ? [] : proposed)];
}

function item(
  step: ForwardStep,
  text: string,
  forward: TypedForward,
  redraw: () => void,
  service?: string,
): StepItem<ForwardChoice> {
  const wanted = forward.listen ?? { bind: undefined, port: wantedPort(forward, step.unprivilegedFrom) };
  const isHere = step.kind !== 'remote' && 'port' in wanted;
  const port = isHere ? step.ports.known(wanted) : undefined;
  if (isHere && port === undefined) {
    void step.ports.find(wanted).then(redraw, () => undefined);
  }
  const what = describe(step, forward, wanted);
  return {
    icon: step.kind === 'remote' ? 'arrow-left' : step.kind === 'local' ? 'arrow-right' : 'globe',
    label: service ?? what,
    description: [...(service === undefined ? [] : [what]), openedAt(step, wanted, port)].join(' · '),
    accept: async () => ({
      text,
      forward,
      listen: isHere ? { bind: wanted.bind, port: await step.ports.find(wanted) } : wanted,
    }),
  };
}

function describe({ kind, server }: ForwardStep, { target }: TypedForward, wanted: Listen): string {
  if (target === undefined) {
    return kind === 'remote'
      ? l10n.t('SOCKS proxy on {server}', { server })
      : l10n.t('SOCKS proxy on port {port}', { port: formatListen(wanted) });
  }
  if (isSocketPath(target) || !isLoopback(target.host)) {
    const address = formatAddress(target);
    return kind === 'remote'
      ? l10n.t('{address}, reached from this machine', { address })
      : l10n.t('{address}, reached from {server}', { address, server });
  }
  return kind === 'remote'
    ? l10n.t('Port {port} of this machine', { port: target.port })
    : l10n.t('Port {port} of {server}', { port: target.port, server });
}

/** @param port the free one; undefined: not known yet, or not needed */
function openedAt({ kind, server }: ForwardStep, wanted: Listen, port: number | undefined): string {
  const listen = 'port' in wanted && port !== undefined ? { bind: wanted.bind, port } : wanted;
  const where = formatListen(listen);
  if (isWideBind(wanted)) {
    return l10n.t('opens {address}, for the network', { address: where });
  }
  if (kind === 'remote') {
    return isAnyPort(wanted)
      ? l10n.t('opens any free port on {server}', { server })
      : l10n.t('opens {address} on {server}', { address: where, server });
  }
  if (isAnyPort(wanted)) {
    return l10n.t('opens any free port here');
  }
  return 'port' in wanted && port !== undefined && port !== wanted.port
    ? l10n.t('opens {port} here, because {wanted} is in use', { port: where, wanted: wanted.port })
    : l10n.t('opens {port} here', { port: where });
}

function isAnyPort(listen: Listen): listen is TcpListen {
  return 'port' in listen && listen.port === 0;
}
