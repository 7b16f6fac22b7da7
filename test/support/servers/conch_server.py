# A Twisted Conch server for the users of a Unix system, with the logins of the test.
import os

from control import config, obey, say
from twisted.conch.checkers import InMemorySSHKeyDB, SSHPublicKeyChecker
from twisted.conch.ssh.connection import SSHConnection
from twisted.conch.ssh.factory import SSHFactory
from twisted.conch.ssh.keys import Key
from twisted.conch.ssh.transport import SSHServerTransport
from twisted.conch.ssh.userauth import SSHUserAuthServer
from twisted.conch.unix import UnixConchUser
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import Portal
from twisted.internet import reactor

sessions = set()


class User(UnixConchUser):
    # Conch changes to the user; the test runs as the user who logs in.
    def _runAsUser(self, f, *args, **kw):
        return f(*args, **kw)


class Realm:
    def requestAvatar(self, username, mind, *interfaces):
        user = User(username if isinstance(username, str) else username.decode())
        return interfaces[0], user, user.logout


class Transport(SSHServerTransport):
    def connectionMade(self):
        sessions.add(self)
        super().connectionMade()

    def connectionLost(self, reason):
        sessions.discard(self)
        super().connectionLost(reason)

    def ssh_NEWKEYS(self, packet):
        super().ssh_NEWKEYS(packet)
        say('keys')


class Authentication(SSHUserAuthServer):
    def _cbFinishedAuth(self, result):
        say('login', self.method.decode())
        return super()._cbFinishedAuth(result)


class Factory(SSHFactory):
    protocol = Transport
    services = {b'ssh-userauth': Authentication, b'ssh-connection': SSHConnection}
    portal = Portal(
        Realm(),
        [
            SSHPublicKeyChecker(InMemorySSHKeyDB({config['user'].encode(): [Key.fromString(config['clientKey'])]})),
            InMemoryUsernamePasswordDatabaseDontUse(**{config['user']: config['password'].encode()}),
        ],
    )

    def getPublicKeys(self):
        return {b'ssh-ed25519': host_key.public()}

    def getPrivateKeys(self):
        return {b'ssh-ed25519': host_key}

    def getPrimes(self):
        return None


def drop():
    for session in list(sessions):
        session.transport.abortConnection()


def rekey():
    for session in list(sessions):
        try:
            session.sendKexInit()
        except RuntimeError:
            # A rekey is already running.
            pass


host_key = Key.fromFile(config['hostKey'])
port = reactor.listenTCP(config['port'], Factory(), backlog=128, interface='127.0.0.1')
obey({name: lambda act=act: reactor.callFromThread(act) for name, act in (('drop', drop), ('rekey', rekey))})
say('listening', port.getHost().port)
reactor.run(installSignalHandlers=False)
os._exit(0)
