// The table of faults, its first half: whatever keeps a connection from coming up.
import { hostKeys } from './hostKeys';
import { login } from './login';
import { onTheWay } from './jumpHostsAndProxies';
import { reaching } from './connect';
import { suite } from './runFaults';

suite('reaching a server', reaching);
suite('jump hosts and proxies', onTheWay);
suite('host keys', hostKeys);
suite('logging in', login);
