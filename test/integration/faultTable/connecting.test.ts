// The table of faults, its first half: whatever keeps a connection from coming up.
import { hostKeys } from './hostKeys';
import { login } from './login';
import { onTheWay } from './onTheWay';
import { reaching } from './reaching';
import { suite } from './suite';

suite('reaching a server', reaching);
suite('jump hosts and proxies', onTheWay);
suite('host keys', hostKeys);
suite('logging in', login);
