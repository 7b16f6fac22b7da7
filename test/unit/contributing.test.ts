// CONTRIBUTING.md names files that exist.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { repoRoot } from '../support/setup.mjs';

describe('CONTRIBUTING.md', () => {
  const page = readFileSync(path.join(repoRoot, 'CONTRIBUTING.md'), 'utf8');

  it('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|test|extension|views|tunnels)\/[\w./]+)`/g)].map(
      ([, name = '']) => name,
    );
    assert.ok(named.length > 60, String(named.length));
    const missing = named.filter(
      (name) => !existsSync(path.join(repoRoot, name)) && !existsSync(path.join(repoRoot, 'src', name)),
    );
    assert.deepEqual(missing, []);
  });
});
