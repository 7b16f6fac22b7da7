// Where the daemon and the windows meet: the path of a socket there must fit every system, macOS's 104 bytes with the
// final zero among them.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { newEndpointFile } from '../../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder, endpointFolders } from '../../../../src/tunnels/daemon/endpoint/endpointFolder';
import type { FolderFacts } from '../../../../src/tunnels/daemon/endpoint/endpointFolder';

const mac: FolderFacts = {
  platform: 'darwin',
  temporary: '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T',
  user: '501',
  ownerOf: () => 'us',
};

describe('the folder of the daemon', () => {
  it('is in XDG_RUNTIME_DIR, if that is a folder of this user', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/501' };
    assert.equal(endpointFolder(env, mac), '/run/user/501/ssh-tunnels');
    assert.equal(
      endpointFolder(env, { ...mac, ownerOf: () => 'another' }),
      `${mac.temporary}/ssh-tunnels-501`,
    );
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

  describe('is looked for', () => {
    const linux: FolderFacts = { ...mac, platform: 'linux', temporary: '/tmp', user: '1000' };
    const absent: FolderFacts = { ...linux, ownerOf: () => 'absent' };
    const ofSystem = { XDG_RUNTIME_DIR: '/run/user/1000' };
    const own = { XDG_RUNTIME_DIR: '/home/me/run' };

    it('in the one of the system too, by windows with XDG_RUNTIME_DIR, without it, and after a logout', () => {
      const [runtime, temporary] = ['/run/user/1000/ssh-tunnels', '/tmp/ssh-tunnels-1000'];
      const withIt = endpointFolders(ofSystem, linux);
      assert.deepEqual(withIt, { usual: runtime, spare: temporary, all: [runtime, temporary] });
      assert.deepEqual(endpointFolders({ XDG_RUNTIME_DIR: '/run/user/1000/' }, linux), withIt);
      assert.deepEqual(endpointFolders({}, linux).all, [temporary, runtime]);
      assert.deepEqual(endpointFolders(ofSystem, absent).all, [temporary]);
      const afterSu: FolderFacts = {
        ...linux,
        ownerOf: (path) => (path === '/run/user/0' ? 'another' : 'us'),
      };
      assert.deepEqual(endpointFolders({ XDG_RUNTIME_DIR: '/run/user/0' }, afterSu).all, [
        temporary,
        runtime,
      ]);
    });

    it('nowhere else if a person has chosen XDG_RUNTIME_DIR: it has a spare folder of its own', () => {
      const { usual, spare = '', all } = endpointFolders(own, linux);
      assert.equal(usual, '/home/me/run/ssh-tunnels');
      assert.match(spare, /^\/tmp\/ssh-tunnels-1000-[0-9a-f]{12}$/);
      assert.deepEqual(all, [usual, spare]);
      assert.deepEqual(endpointFolders(own, absent).all, [spare]);
    });
  });
});
