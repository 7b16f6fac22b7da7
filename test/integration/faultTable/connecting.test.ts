// The fault table, first half: everything that keeps a connection from coming up.
import { hostKeys } from './hostKeys';
import { login } from './login';
import { onTheWay } from './jumpHostsAndProxies';
import { reaching } from './connect';
import { faultTests } from './runFaults';

faultTests('connecting to a server', reaching);
faultTests('jump hosts and proxies', onTheWay);
faultTests('host keys', hostKeys);
faultTests('logins', login);
