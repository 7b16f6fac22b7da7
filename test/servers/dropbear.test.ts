// The suite of servers that others wrote, with dropbear.
import { dropbear } from '../support/servers/dropbearServer';
import { serverSuite } from './suite';

serverSuite(dropbear);
