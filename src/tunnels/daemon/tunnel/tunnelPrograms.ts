// The programs that one tunnel runs on the server. Each gets a display, according to the X11 options of ssh_config and
// the variables of the window.
import { openOwnDisplay } from '../../forwards/x11/display';
import type { Display } from '../../forwards/x11/display';
import { openNestedDisplay } from '../../forwards/x11/nestedDisplay';
import { Programs } from '../../forwards/x11/programs';
import type { X11Program } from '../../config/definition';
import type { ProgramSnapshot } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import { resolveHops } from './resolveHops';
import type { TunnelSpec } from './resolveHops';
import type { TunnelServices } from './tunnelServices';

export interface TunnelProgramsOptions {
  readonly spec: TunnelSpec;
  readonly context: TunnelServices;
  /** The last program has ended. */
  readonly onAllOver: () => void;
}

export class TunnelPrograms {
  readonly #options: TunnelProgramsOptions;
  readonly #programs: Programs;

  constructor(options: TunnelProgramsOptions) {
    this.#options = options;
    const { spec, context } = options;
    this.#programs = new Programs(spec.definition.x11Programs, {
      openDisplay: (program) => this.#openDisplay(program),
      onChange: context.onChange,
      log: context.log,
      sockets: context.sockets.share(),
    });
  }

  get snapshots(): readonly ProgramSnapshot[] {
    return this.#programs.snapshots;
  }

  get isBusy(): boolean {
    return this.#programs.isBusy;
  }

  /** As Programs.run(). */
  run(program: X11Program, connect: () => Promise<SshSession>): Promise<void> {
    const settled = this.#programs.run(program, connect);
    void this.#programs.whenOver().then(() => {
      if (!this.isBusy) {
        this.#options.onAllOver();
      }
    });
    return settled;
  }

  stop(name: string): Promise<void> {
    return this.#programs.stop(name);
  }

  close(): Promise<void> {
    return this.#programs.close();
  }

  async #openDisplay({ name, nested, trusted }: X11Program): Promise<Display> {
    const { spec, context } = this.#options;
    const env = context.env();
    const host = (await resolveHops(spec, env)).at(-1);
    const options = {
      env,
      folder: context.privateFolder,
      xauthLocation: host?.xauthLocation,
      trusted,
      timeout: host?.forwardX11Timeout ?? 0,
      platform: process.platform,
    };
    return nested === undefined
      ? openOwnDisplay(options)
      : openNestedDisplay({
          ...options,
          size: nested,
          title: `${name} – ${spec.definition.destination.host}`,
          log: context.log,
        });
  }
}
