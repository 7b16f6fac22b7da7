// The first step of Add Tunnel…: a host of the SSH config, a typed one, or a pasted ssh command.
import { l10n } from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { checkLine, copiedLine, opensPort } from '../../../tunnels/config/commandLine/pastedCommandLine';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { parseDestination, serializeDestination } from '../../../tunnels/config/parsing/parseDestination';
import { leasedEnvironment } from '../../../tunnels/daemon/protocol/leasedEnvironment';
import { listHostNames } from '../../../tunnels/ssh/config/hostList/configTunnels';
import type { ConnectionSettings } from '../../../tunnels/daemon/protocol/protocol';
import type { ConfigName } from '../../../tunnels/ssh/config/hostList/configHosts';
import type { StepItem } from '../../ui/stepBox';

export type HostChoice =
  | {
      readonly kind: 'host';
      readonly host: string;
      /** Other keys, from a command line that opens no port. */
      readonly extra: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'line'; readonly line: UsableLine };

/** Enough to scroll through; typing finds the others. */
const maxItems = 500;

export interface HostsBeingRead {
  /** Empty until they are read, and if they can't be. */
  readonly names: readonly ConfigName[];
  readonly read: Promise<void>;
}

/** Begins to read the hosts of the SSH config. */
export function readHosts({ sshConfigFile }: ConnectionSettings): HostsBeingRead {
  const hosts = {
    names: [] as readonly ConfigName[],
    read: listHostNames(sshConfigFile, leasedEnvironment(process.env)).then(
      (found) => {
        hosts.names = found;
      },
      () => undefined,
    ),
  };
  return hosts;
}

/** The items for what is typed. */
export function hostItems(text: string, names: readonly ConfigName[]): readonly StepItem<HostChoice>[] {
  const typed = text.trim();
  if (/^ssh(\.exe)?\s/i.test(typed) || copiedLine(typed) !== undefined) {
    return [lineItem(copiedLine(typed) ?? typed)];
  }
  const lower = typed.toLowerCase();
  const matching = names
    .filter(({ alias, hostName = '' }) => `${alias}\n${hostName}`.toLowerCase().includes(lower))
    .sort((one, other) => rank(one, lower) - rank(other, lower));
  const items = matching.slice(0, maxItems).map(aliasItem);
  const [first] = matching;
  if (typed === '') {
    return items.length > 0 ? items : [hint()];
  }
  if (first?.alias.toLowerCase() === lower) {
    return items;
  }
  const parsed = parseDestination(typed, 'user');
  if ('error' in parsed) {
    return items.length > 0 ? items : [complaint(localize(parsed.error.message, l10n))];
  }
  const own: StepItem<HostChoice> = {
    icon: 'server',
    label: typed,
    description: l10n.t('Connect to this host'),
    accept: () => ({ kind: 'host', host: typed, extra: {} }),
  };
  const isWhole = /[@:./]/.test(typed) && !first?.alias.toLowerCase().startsWith(lower);
  return isWhole ? [own, ...items] : [...items, own];
}

export function complaint(label: string): StepItem<never> {
  return { icon: 'error', label, accept: undefined };
}

function hint(): StepItem<never> {
  return {
    icon: 'info',
    label: l10n.t('Type a host, such as me@bastion.example.org, or paste an ssh command.'),
    accept: undefined,
  };
}

/** Those that begin with the text first, and the same alias before all. */
function rank({ alias }: ConfigName, lower: string): number {
  const name = alias.toLowerCase();
  return name === lower ? 0 : name.startsWith(lower) ? 1 : 2;
}

function aliasItem({ alias, hostName }: ConfigName): StepItem<HostChoice> {
  return {
    icon: 'server',
    label: alias,
    ...(hostName === undefined || hostName === alias ? {} : { description: hostName }),
    accept: () => ({ kind: 'host', host: alias, extra: {} }),
  };
}

/** A command line that opens no port still says where to connect. */
function lineItem(line: string): StepItem<HostChoice> {
  const checked = checkLine(line, { mayOpenNoPort: true });
  if ('fault' in checked) {
    return complaint(localize(checked.fault, l10n));
  }
  const { record, destination, needless, leftOut } = checked;
  const host = serializeDestination(destination);
  if (opensPort(checked)) {
    const notes = [...needless, ...leftOut.map(({ message }) => message)];
    return {
      icon: 'terminal',
      label: l10n.t('Use this ssh command'),
      description: host,
      ...(notes.length === 0 ? {} : { detail: notes.map((each) => localize(each, l10n)).join(' ') }),
      accept: () => ({ kind: 'line', line: checked }),
    };
  }
  if (leftOut.length > 0) {
    const whole = checkLine(line);
    if ('fault' in whole) {
      return complaint(localize(whole.fault, l10n));
    }
  }
  const { host: _host, ...extra } = record;
  return {
    icon: 'server',
    label: host,
    description: l10n.t('Connect to this host'),
    accept: () => ({ kind: 'host', host, extra }),
  };
}
