// Runs cases of a fuzzed SSH server in a process that may crash or hang, and returns the result.
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Before the login, and after it. */
export const fuzzKinds = ['before', 'after'] as const;
export type FuzzKind = (typeof fuzzKinds)[number];

export interface FuzzOrder {
  readonly kind: FuzzKind;
  readonly seed: number;
  /** The numbers of the first case, and after the last. */
  readonly from: number;
  readonly to: number;
  /** Only this case. */
  readonly only?: number;
}

interface Held {
  /** Bytes. */
  readonly memory: number;
  /** What would keep the process alive (process.getActiveResourcesInfo). */
  readonly resources: readonly string[];
}

export type FuzzMessage =
  | { readonly type: 'alive'; readonly cases: readonly number[] }
  | {
      readonly type: 'done';
      readonly number: number;
      readonly milliseconds: number;
      readonly complaint?: string;
    }
  | { readonly type: 'crash'; readonly cases: readonly number[]; readonly text: string }
  | { readonly type: 'held'; readonly before: Held; readonly after: Held };

export interface Finding {
  readonly what: 'crash' | 'hang' | 'complaint';
  /** One of these. */
  readonly cases: readonly number[];
  readonly text: string;
}

export interface FuzzResult {
  readonly cases: number;
  readonly findings: readonly Finding[];
  /** Milliseconds. */
  readonly slowest: number;
  readonly before: Held;
  readonly after: Held;
}

/** Milliseconds without a heartbeat: an endless loop. */
const silence = 60_000;

export async function fuzz(order: FuzzOrder): Promise<FuzzResult> {
  const findings: Finding[] = [];
  let cases = 0;
  let slowest = 0;
  let before: Held = { memory: 0, resources: [] };
  let after = before;
  let underWay: readonly number[] = [];
  const child = fork(join(__dirname, 'fuzzProcess.ts'), {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const hang = (): void => {
    findings.push({ what: 'hang', cases: underWay, text: `no sign of life for ${silence / 1000} s` });
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hang, silence);
  child.on('message', (message: FuzzMessage) => {
    clearTimeout(timer);
    timer = setTimeout(hang, silence);
    switch (message.type) {
      case 'alive':
        underWay = message.cases;
        break;
      case 'done':
        cases++;
        slowest = Math.max(slowest, message.milliseconds);
        if (message.complaint !== undefined) {
          findings.push({ what: 'complaint', cases: [message.number], text: message.complaint });
        }
        break;
      case 'crash':
        findings.push({ what: 'crash', cases: message.cases, text: message.text });
        break;
      case 'held':
        ({ before, after } = message);
        break;
    }
  });
  child.send(order);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return { cases, findings, slowest, before, after };
}
