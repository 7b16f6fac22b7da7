// The SSH Tunnels log: messages of this window and of the daemon, and problems in the settings, each once. A tunnel has a
// log of its own as soon as the user asks for it.
import * as vscode from 'vscode';
import type { LogLine, LogThresholds } from '../../tunnels/daemon/protocol/protocol';
import type { LogLevel } from '../../tunnels/util/log';
import { english, localize, untranslated } from '../../tunnels/util/l10n';
import { formatProblemLocation } from '../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { PlainLog } from './outputChannel';
import { RecentLines } from './recentLines';
import type { RecentLine } from './recentLines';

/** The output channel's name; a tunnel's adds the tunnel's. */
const channelName = untranslated`SSH Tunnels`;

export class ExtensionLog implements vscode.Disposable {
  readonly log = new PlainLog(channelName);
  readonly #recent = new RecentLines();
  readonly #channels = new Map<string, PlainLog>();
  readonly #thresholdsChanged = new vscode.EventEmitter<void>();
  /** By id; without names that several tunnels have. */
  #names: ReadonlyMap<string, string> = new Map();
  #logged: ReadonlySet<string> = new Set();

  readonly onDidChangeThresholds = this.#thresholdsChanged.event;

  constructor() {
    this.#watchLevel(this.log);
  }

  /** The levels to request from the daemon: those that a channel shows, and at least `info`, for showTunnel(). */
  get thresholds(): LogThresholds {
    return {
      all: threshold(this.log),
      tunnels: Object.fromEntries([...this.#channels].map(([id, log]) => [id, threshold(log)])),
    };
  }

  fromDaemon({ level, text, tunnel }: LogLine): void {
    if (tunnel === undefined) {
      this.log.write(level, text);
    } else {
      this.tunnel(tunnel, level, text);
    }
  }

  /** A line about a tunnel. */
  tunnel(id: string, level: LogLevel, text: string): void {
    this.log.write(level, `[${this.#nameOf(id)}] ${text}`);
    this.#recent.add(id, { level, text, at: Date.now() });
    this.#channels.get(id)?.write(level, text);
  }

  /** The last lines about a tunnel, the oldest first. */
  recent(id: string): readonly RecentLine[] {
    return this.#recent.of(id);
  }

  /** Shows the lines of one tunnel, the recent ones and those to come. */
  showTunnel(id: string): void {
    const channel = this.#channels.get(id) ?? this.#createChannel(id);
    channel.show();
  }

  #createChannel(id: string): PlainLog {
    const channel = new PlainLog(`${channelName}: ${this.#nameOf(id)}`);
    this.#channels.set(id, channel);
    for (const { level, text, at } of this.#recent.of(id)) {
      // The channel itself stamps each line with the present time.
      channel.write(level, `${formatTime(at)} ${text}`);
    }
    this.#watchLevel(channel);
    this.#thresholdsChanged.fire();
    return channel;
  }

  #watchLevel(log: PlainLog): void {
    log.onDidChangeLevel(() => this.#thresholdsChanged.fire());
  }

  #nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  /** Takes the tunnels' names, and logs each new problem with its location. */
  update(tunnels: readonly ConfiguredTunnel[]): void {
    this.#names = uniqueNames(tunnels);
    const problems = tunnels.flatMap((tunnel) =>
      tunnel.problems.map((problem) => {
        const path = formatProblemLocation(problem, tunnel.origin);
        const where = tunnel.origin === 'sshConfig' ? path : untranslated`${tunnel.origin} settings, ${path}`;
        return { id: tunnel.id, text: `${where}: ${localize(problem.message, english)}` };
      }),
    );
    for (const { id, text } of problems) {
      if (!this.#logged.has(text)) {
        this.tunnel(id, 'error', text);
      }
    }
    this.#logged = new Set(problems.map(({ text }) => text));
  }

  dispose(): void {
    this.#thresholdsChanged.dispose();
    this.log.dispose();
    for (const channel of this.#channels.values()) {
      channel.dispose();
    }
  }
}

function uniqueNames(tunnels: readonly ConfiguredTunnel[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { name } of tunnels) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map(tunnels.filter(({ name }) => counts.get(name) === 1).map(({ id, name }) => [id, name]));
}

function threshold({ level }: PlainLog): LogLevel {
  return level === 'trace' || level === 'debug' ? level : 'info';
}

/** The time of day, as VS Code writes it in its logs. */
function formatTime(at: number): string {
  const date = new Date(at);
  const part = (value: number, length = 2): string => String(value).padStart(length, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => part(value)).join(':');
  return `${time}.${part(date.getMilliseconds(), 3)}`;
}
