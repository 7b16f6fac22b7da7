# A paramiko server: the library speaks SSH, and its user connects and listens.
# paramiko does not pass on the path of a Unix socket, so there are none.
import logging
import socket
import threading

import paramiko
from control import config, obey, say

sessions = set()


class Transport(paramiko.Transport):
    method = None

    def _auth_trigger(self):
        super()._auth_trigger()
        say('login', self.method)


class Server(paramiko.ServerInterface):
    def __init__(self, transport):
        self.transport = transport
        # The sockets to the targets, by the number of their future channel.
        self.targets = {}
        self.listeners = {}

    def get_allowed_auths(self, username):
        return 'publickey,password,keyboard-interactive'

    def check_auth_publickey(self, username, key):
        return self.judge('publickey', username == config['user'] and key.get_base64() == client_key)

    def check_auth_password(self, username, password):
        return self.judge('password', (username, password) == (config['user'], config['password']))

    def check_auth_interactive(self, username, submethods):
        self.user = username
        return paramiko.InteractiveQuery('', '', ('Code: ', False))

    def check_auth_interactive_response(self, responses):
        return self.judge('keyboard-interactive', (self.user, responses) == (config['user'], [config['password']]))

    def judge(self, method, is_right):
        self.transport.method = method
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_direct_tcpip_request(self, chanid, origin, destination):
        try:
            self.targets[chanid] = socket.create_connection(destination, 10)
        except OSError:
            return paramiko.OPEN_FAILED_CONNECT_FAILED
        return paramiko.OPEN_SUCCEEDED

    def check_port_forward_request(self, address, port):
        try:
            listener = socket.create_server((address, port), backlog=128)
        except OSError:
            return False
        bound = listener.getsockname()[1]
        self.listeners[address, bound] = listener
        start(self.accept, listener, (address, bound))
        return bound

    def cancel_port_forward_request(self, address, port):
        listener = self.listeners.pop((address, port), None)
        if listener:
            close(listener)

    def accept(self, listener, bound):
        with listener:
            while True:
                try:
                    client, origin = listener.accept()
                except OSError:
                    return
                start(self.forward, client, origin[:2], bound)

    def forward(self, client, origin, bound):
        try:
            channel = self.transport.open_forwarded_tcpip_channel(origin, bound)
        except (paramiko.SSHException, EOFError):
            client.close()
        else:
            join(client, channel)

    def end(self):
        for bound in list(self.listeners):
            self.cancel_port_forward_request(*bound)


def start(run, *args):
    threading.Thread(target=run, args=args, daemon=True).start()


# This also interrupts other threads that use it.
def close(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def join(sock, channel):
    sock.settimeout(None)

    def to_channel():
        try:
            while data := sock.recv(32768):
                channel.sendall(data)
            channel.shutdown_write()
        except OSError:
            channel.close()

    def to_socket():
        try:
            while data := channel.recv(32768):
                sock.sendall(data)
            # A half-close and a close look the same here.
            sock.shutdown(socket.SHUT_RDWR if channel.closed else socket.SHUT_WR)
        except OSError:
            channel.close()

    ways = [threading.Thread(target=way, daemon=True) for way in (to_channel, to_socket)]
    for way in ways:
        way.start()
    for way in ways:
        way.join()
    channel.close()
    close(sock)


def serve(sock):
    transport = Transport(sock)
    sessions.add(transport)
    server = Server(transport)
    if 'rekeyBytes' in config:
        transport.packetizer.REKEY_BYTES = config['rekeyBytes']
    transport.add_server_key(host_key)
    try:
        transport.start_server(server=server)
        while transport.is_active():
            channel = transport.accept(1)
            if channel:
                start(join, server.targets.pop(channel.get_id()), channel)
    except (paramiko.SSHException, EOFError):
        pass
    finally:
        sessions.discard(transport)
        server.end()
        transport.close()


def drop():
    for transport in list(sessions):
        close(transport.sock)


def rekey():
    for transport in list(sessions):
        if not transport.in_kex:
            start(transport.renegotiate_keys)


class KeyExchanges(logging.Handler):
    def emit(self, record):
        if 'Switch to new keys' in record.getMessage():
            say('keys')


host_key = paramiko.Ed25519Key.from_private_key_file(config['hostKey'])
client_key = config['clientKey'].split(' ')[1]
logging.getLogger('paramiko').setLevel(logging.DEBUG)
logging.getLogger('paramiko').addHandler(KeyExchanges())
with socket.create_server(('127.0.0.1', config['port']), backlog=128) as listening:
    obey({'drop': drop, 'rekey': rekey})
    say('listening', listening.getsockname()[1])
    while True:
        start(serve, listening.accept()[0])
