// A test for each fault. With SSH_TUNNELS_FAULT_LIST=file the shown texts are also written there.
import { appendFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Fault } from './fault';
import type { Shown } from './setup';
import { FaultSetup } from './setup';
import { expectFailure } from './expectFailure';
import { messageOf, nextStepOf } from '../../support/errorWords';

export function faultTests(subject: string, faults: readonly Fault[]): void {
  describe(`errors about ${subject}:`, () => {
    let setup: FaultSetup;
    before(async () => {
      setup = await FaultSetup.open();
    });
    afterEach(async () => {
      await setup.clear();
    });
    after(async () => {
      await setup[Symbol.asyncDispose]();
    });

    for (const row of faults) {
      it(`reports ${row.code} for ${row.fault}${row.fake === undefined ? '' : ` (a fake: ${row.fake})`}`, async function () {
        if (row.exists?.() === false) {
          this.skip();
        }
        const shown = await row.inject(setup);
        await list(row, shown);
        expectFailure(row, shown);
      });
    }
  });
}

async function list({ fault, code }: Fault, { error }: Shown): Promise<void> {
  const file = process.env['SSH_TUNNELS_FAULT_LIST'];
  if (file !== undefined) {
    await appendFile(file, `${fault} [${code}]\n  ${messageOf(error)}\n  → ${nextStepOf(error)}\n`);
  }
}
