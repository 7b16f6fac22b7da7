// CONTRIBUTING.md names files that exist, and so does SECURITY.md.
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

describe('the doors in SECURITY.md', () => {
  const page = readFileSync(path.join(repoRoot, 'SECURITY.md'), 'utf8');
  const [, table = ''] = page.split(/^## Doors$/m);
  const rows = table.split(/^## /m)[0]?.match(/^\| (?!Door|---).*$/gm) ?? [];

  it('name only tests that exist, and each door has some', () => {
    assert.ok(rows.length > 15, String(rows.length));
    for (const row of rows) {
      const tests = [...row.matchAll(/`((?:unit|integration|editor|e2e|ordinaryUser|support)\/[\w/]+)`/g)];
      assert.ok(tests.length > 0, row);
      for (const [, name = ''] of tests) {
        const files = [`${name}.test.ts`, `${name}.mjs`].map((file) => path.join(repoRoot, 'test', file));
        assert.ok(files.some(existsSync), name);
      }
    }
  });
});
