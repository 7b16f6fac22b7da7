// The windows that are connected, or were until a moment ago: a lease outlives its window for a grace period.
import type { WindowHello } from '../protocol/protocol';
import { isRunning } from './idleExit';
import { fixedPorts, leaseGraceMs, Window } from './leases';
import type { WindowChannel, WindowLease } from './leases';

export interface WindowRegistryOptions {
  /** A window has connected or disconnected. */
  readonly onChange: () => void;
  /** The grace period of a window is over. */
  readonly onGone: (window: Window) => void;
}

/** Far more than a person has. */
const maxWindows = 200;
/** Leases of all windows. Settings hold up to a thousand tunnels for each folder. */
const maxLeases = 10_000;

export class WindowRegistry implements Iterable<Window> {
  readonly #options: WindowRegistryOptions;
  readonly #byId = new Map<string, Window>();

  constructor(options: WindowRegistryOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<Window> {
    return this.#byId.values();
  }

  /** A window has connected, or reconnected. @throws Error if there are too many */
  attach({ windowId, title, editorPid }: WindowHello, channel: WindowChannel): void {
    let window = this.#byId.get(windowId);
    if (!window) {
      if (this.#byId.size >= maxWindows && !this.#forgetOldest()) {
        throw new Error(`${maxWindows} windows are connected already`);
      }
      window = new Window(windowId);
      this.#byId.set(windowId, window);
    }
    clearTimeout(window.graceTimer);
    window.channel = channel;
    window.title = title;
    window.editorPid = editorPid;
    this.#options.onChange();
  }

  /** The window's connection has closed. */
  detach(windowId: string, channel: WindowChannel): void {
    const window = this.#byId.get(windowId);
    // The window may have reconnected already.
    if (window?.channel !== channel) {
      return;
    }
    window.channel = undefined;
    window.graceTimer = setTimeout(() => this.#forget(window), leaseGraceMs);
    this.#options.onChange();
  }

  /**
   * Leases of disconnected windows end early if the new ones need their room.
   * @param count how many tunnels the window wants to lease
   * @throws Error if there are too many in all
   */
  makeRoom(windowId: string, count: number): void {
    const others = (): number =>
      [...this].reduce((sum, { id, leases }) => sum + (id === windowId ? 0 : leases.size), 0);
    while (others() + count > maxLeases) {
      if (!this.#forgetOldest()) {
        throw new Error(`All windows together can have ${maxLeases} tunnels`);
      }
    }
  }

  #forget(window: Window): void {
    clearTimeout(window.graceTimer);
    this.#byId.delete(window.id);
    this.#options.onGone(window);
  }

  /** @returns whether there was a disconnected window */
  #forgetOldest(): boolean {
    const oldest = [...this].find(({ channel }) => !channel);
    if (oldest) {
      this.#forget(oldest);
    }
    return oldest !== undefined;
  }

  /** @throws Error if the window is not known */
  get(windowId: string): Window {
    const window = this.#byId.get(windowId);
    if (!window) {
      throw new Error(`Window ${windowId} has not sent hello`);
    }
    return window;
  }

  /** The window's lease of a tunnel, after its changes so far have been applied. @throws Error if it has none */
  async settledLease(windowId: string, id: string): Promise<WindowLease> {
    const window = this.get(windowId);
    await window.queue;
    return this.lease(windowId, id);
  }

  /** @throws Error if the window has no lease of this tunnel */
  lease(windowId: string, id: string): WindowLease {
    const windowLease = this.get(windowId).leases.get(id);
    if (!windowLease) {
      throw new Error(`The window has no lease of ${id}`);
    }
    return windowLease;
  }

  /** No connected window wants a tunnel. The leases of other windows run out. */
  get wantNothing(): boolean {
    return ![...this].some(({ channel, leases }) => channel && [...leases.values()].some(({ want }) => want));
  }

  /** Whether all windows have disconnected and can't come back. */
  get editorsHaveQuit(): boolean {
    const windows = [...this];
    return (
      windows.length > 0 &&
      windows.every(({ channel, editorPid }) => !channel && editorPid !== undefined && !isRunning(editorPid))
    );
  }

  /** Whether some tunnel needs exactly this port. */
  needPort(port: number): boolean {
    return [...this].some(({ leases }) =>
      [...leases.values()].some(({ leased }) => fixedPorts(leased).includes(port)),
    );
  }

  /** Whether any other connected window has leases. */
  isSharedBeyond(windowId: string): boolean {
    return [...this].some(({ id, channel, leases }) => id !== windowId && channel && leases.size > 0);
  }
}
