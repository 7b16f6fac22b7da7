// Runs rows of the table of faults. With SSH_TUNNELS_FAULT_LIST=file what people are shown is written there, to be read.
import { appendFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Fault, Shown } from './fault';
import { Ground } from './setup';
import { judge } from './expectFailure';

export function suite(subject: string, faults: readonly Fault[]): void {
  describe(`what people are told: ${subject}`, () => {
    let ground: Ground;
    before(async () => {
      ground = await Ground.open();
    });
    afterEach(async () => {
      await ground.clear();
    });
    after(async () => {
      await ground[Symbol.asyncDispose]();
    });

    for (const row of faults) {
      it(`${row.fault}: ${row.code}${row.fake === undefined ? '' : ` (a fake: ${row.fake})`}`, async function () {
        if (row.exists?.() === false) {
          this.skip();
        }
        const shown = await row.inject(ground);
        await list(row, shown);
        judge(row, shown);
      });
    }
  });
}

async function list({ fault, code }: Fault, { error }: Shown): Promise<void> {
  const file = process.env['SSH_TUNNELS_FAULT_LIST'];
  if (file !== undefined) {
    await appendFile(file, `${fault} [${code}]\n  ${error.message}\n  → ${error.nextStep}\n`);
  }
}
