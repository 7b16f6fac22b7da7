// Errors and their next steps, first half: everything that keeps a connection from coming up.
import { hostKeyFaults } from './hostKeys';
import { loginFaults } from './login';
import { refusalFaults } from './refusals';
import { jumpHostAndProxyFaults } from './jumpHostsAndProxies';
import { connectFaults } from './connect';
import { faultTests } from './faultTests';

faultTests('connecting to a server', connectFaults);
faultTests('jump hosts and proxies', jumpHostAndProxyFaults);
faultTests('host keys', hostKeyFaults);
faultTests('logins', loginFaults);
faultTests('refused logins', refusalFaults);
