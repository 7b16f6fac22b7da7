# An AsyncSSH server: it permits every forward, and one user can log in. A connection to reason-N.invalid is refused with
# the reason N of RFC 4254 5.1.
import asyncio
import logging

import asyncssh
from control import config, obey, say

sessions = set()


class Server(asyncssh.SSHServer):
    def connection_made(self, conn):
        self.conn = conn
        self.method = None
        sessions.add(conn)

    def connection_lost(self, exc):
        sessions.discard(self.conn)

    def begin_auth(self, username):
        return True

    def auth_completed(self):
        say('login', self.method)

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        self.method = 'publickey'
        return username == config['user'] and key == client_key

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        self.method = 'password'
        return (username, password) == (config['user'], config['password'])

    def kbdint_auth_supported(self):
        return True

    def get_kbdint_challenge(self, username, lang, submethods):
        return '', '', '', [('Code: ', False)]

    def validate_kbdint_response(self, username, responses):
        self.method = 'keyboard-interactive'
        return username == config['user'] and responses == [config['password']]

    def connection_requested(self, dest_host, dest_port, orig_host, orig_port):
        if dest_host.startswith('reason-'):
            reason = int(dest_host.removeprefix('reason-').removesuffix('.invalid'))
            raise asyncssh.ChannelOpenError(reason, f'Kein Anschluss: {reason}')
        return True

    def unix_connection_requested(self, dest_path):
        return True

    def server_requested(self, listen_host, listen_port):
        return True

    def unix_server_requested(self, listen_path):
        return True


class KeyExchanges(logging.Handler):
    def emit(self, record):
        if 'Completed key exchange' in record.getMessage():
            say('keys')


def drop():
    for conn in list(sessions):
        conn.abort()


def rekey():
    # No public function does this; this is what AsyncSSH does itself once its limit is reached.
    for conn in sessions:
        if conn._kex_complete:
            conn._send_kexinit()
            conn._kexinit_sent = True


async def main():
    loop = asyncio.get_running_loop()
    limit = config.get('rekeyBytes')
    options = {} if limit is None else {'rekey_bytes': limit}
    server = await asyncssh.listen(
        '127.0.0.1',
        config['port'],
        server_factory=Server,
        server_host_keys=[config['hostKey']],
        backlog=128,
        reuse_address=True,
        **options,
    )
    obey({name: lambda act=act: loop.call_soon_threadsafe(act) for name, act in (('drop', drop), ('rekey', rekey))})
    say('listening', server.sockets[0].getsockname()[1])
    await server.wait_closed()


client_key = asyncssh.import_public_key(config['clientKey'])
asyncssh.set_log_level(logging.DEBUG)
logging.getLogger('asyncssh').addHandler(KeyExchanges())
asyncio.run(main())
