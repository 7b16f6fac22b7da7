// Collects the licences of all bundled packages: each requires that its text is shipped.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const files = /^(licen[cs]e|copying|notice|thirdpartynotices)(\.(md|txt))?$/i;

/**
 * Texts of licences, from https://spdx.org/licenses, for packages that don't contain theirs.
 * @type {Readonly<Record<string, (holder: string) => string>>}
 */
const texts = {
  'BSD-2-Clause': (holder) => `Copyright (c) ${holder}

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`,
};

/**
 * @typedef {object} Manifest the properties of a package.json that are read here
 * @property {string} name
 * @property {string} version
 * @property {string} [license]
 * @property {readonly { readonly type: string }[]} [licenses] the old form of `license`
 * @property {string | { readonly name: string }} [author]
 */

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles of the bundles
 * @throws Error if the licence of a package has no text
 */
export async function thirdPartyNotices(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const notices = await Promise.all([...folders].map(notice));
  const start = 'SSH Tunnels contains software of others, under these licences.\n';
  return [start, ...notices.sort((a, b) => a.localeCompare(b, 'en'))].join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} file */
function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** @param {string} folder */
async function notice(folder) {
  /** @type {Manifest} */
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const { name, version, license, licenses, author } = manifest;
  const kind = license ?? licenses?.map(({ type }) => type).join(', ') ?? '';
  const names = (await readdir(folder)).filter((file) => files.test(file));
  const found = await Promise.all(names.map((file) => readFile(path.join(folder, file), 'utf8')));
  if (found.length === 0) {
    const holder = typeof author === 'object' ? author.name : author;
    const text = holder === undefined ? undefined : texts[kind]?.(holder);
    if (text === undefined) {
      throw new Error(
        `${folder} does not contain the text of its licence ("${kind}"). Add it to thirdPartyNotices.mjs.`,
      );
    }
    found.push(text);
  }
  const parts = found.map((text) => `${text.replaceAll('\r\n', '\n').trim()}\n`);
  return [`${name} ${version} (${kind})\n`, ...parts].join('\n');
}
