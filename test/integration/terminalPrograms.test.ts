// What programs do with the variables that a project's tunnels set in terminals.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { terminalVariables } from '../../src/extension/editor/terminal/terminalVariables';
import { parseTunnel } from '../../src/tunnels/config/parsing/parseTunnel';

interface Project {
  readonly folder: string;
  /** A file that a run of `make` creates, if it reads the project's makefile. */
  readonly trace: string;
}

function project(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'env-'));
  const trace = join(folder, 'trace');
  for (const name of ['5432', 'db.sock', '127.0.0.1', '127.0.0.1:5432']) {
    writeFileSync(join(folder, name), `$(shell touch ${trace})\n`);
  }
  return { folder, trace };
}

/** What terminals get from a forward of a project; nothing if the forward is refused. */
function variablesOf(env: string, listen: number | string): Record<string, string> {
  const parsed = parseTunnel(
    'db',
    {
      host: 'a',
      localForward: { listen, target: 'db:5432', env, protocol: 'redis' },
    },
    'user',
  );
  const candidates = ('entry' in parsed ? parsed.entry.definition.forwards : []).map((forward) => ({
    tunnel: 'db',
    origin: 'workspace' as const,
    folder: undefined,
    forward,
    state: undefined,
    rememberedPort: undefined,
  }));
  return Object.fromEntries(terminalVariables(candidates, []).get(undefined)?.values ?? []);
}

function make(folder: string, variables: Readonly<Record<string, string>>): string {
  const { PATH = '' } = process.env;
  const makefile = join(folder, 'Makefile');
  writeFileSync(makefile, 'all:\n\t@echo "port $(DB_PORT)"\n');
  return execFileSync('make', ['-s'], { cwd: folder, env: { PATH, ...variables }, encoding: 'utf8' }).trim();
}

describe('make in a terminal with the variables of a project', () => {
  for (const env of ['MAKEFILES', 'MAKEFILES_PORT', 'MAKEFLAGS', 'MAKEFILE_LIST', 'DB_PORT']) {
    it(`reads no file of the project by ${env}`, () => {
      const { folder, trace } = project();
      const elsewhere = join(folder, 'elsewhere');
      mkdirSync(elsewhere);
      make(elsewhere, variablesOf(env, join(folder, 'db.sock')));
      make(folder, variablesOf(env, 5432));
      assert.equal(existsSync(trace), false);
    });
  }

  it('finds the port in DB_PORT', () => {
    const { folder } = project();
    assert.equal(make(folder, variablesOf('DB_PORT', 5432)), 'port 5432');
  });
});
