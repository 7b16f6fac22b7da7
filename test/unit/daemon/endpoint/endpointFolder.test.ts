// Where the daemon and the windows meet: the path of a socket there must fit every system, macOS's 104 bytes with the
// final zero among them.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { endpointFolder, newEndpointFile } from '../../../../src/tunnels/daemon/endpoint/endpointFile';
import type { FolderFacts } from '../../../../src/tunnels/daemon/endpoint/endpointFile';

const mac: FolderFacts = {
  platform: 'darwin',
  temporary: '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T',
  user: '501',
  isOurs: () => true,
};

describe('the folder of the daemon', () => {
  it('is in XDG_RUNTIME_DIR, if that is a folder of this user', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/501' };
    assert.equal(endpointFolder(env, mac), '/run/user/501/ssh-tunnels');
    assert.equal(endpointFolder(env, { ...mac, isOurs: () => false }), `${mac.temporary}/ssh-tunnels-501`);
    assert.equal(endpointFolder({ XDG_RUNTIME_DIR: 'run' }, mac), `${mac.temporary}/ssh-tunnels-501`);
  });

  it('is one per user in the temporary folder', () => {
    assert.equal(endpointFolder({}, mac), `${mac.temporary}/ssh-tunnels-501`);
  });

  it('is another one in the temporary folder if XDG_RUNTIME_DIR is too long', () => {
    const folder = endpointFolder(
      { XDG_RUNTIME_DIR: `/run/${'x'.repeat(90)}` },
      { ...mac, temporary: '/tmp' },
    );
    assert.match(folder, /^\/tmp\/ssh-tunnels-501-[0-9a-f]{12}$/);
    const other = endpointFolder(
      { XDG_RUNTIME_DIR: `/run/${'y'.repeat(90)}` },
      { ...mac, temporary: '/tmp' },
    );
    assert.notEqual(other, folder);
  });

  const long = [`/Volumes/${'x'.repeat(80)}`, `/Users/zoë/${'ü'.repeat(35)}`];
  for (const temporary of long) {
    for (const env of [{}, { XDG_RUNTIME_DIR: `${temporary}/run` }]) {
      it(`is in /tmp if ${[temporary, ...Object.keys(env)].join(' and ')} are too long, in bytes`, () => {
        const folder = endpointFolder(env, { ...mac, temporary });
        assert.equal(dirname(folder), '/tmp');
        assert.ok(Buffer.byteLength(newEndpointFile(folder).endpoint) < 104);
      });
    }
  }

  it('may have any length on Windows, which has pipes', () => {
    const env = { LOCALAPPDATA: `C:\\Users\\${'x'.repeat(100)}` };
    assert.ok(endpointFolder(env, { ...mac, platform: 'win32' }).startsWith(env.LOCALAPPDATA));
  });
});
