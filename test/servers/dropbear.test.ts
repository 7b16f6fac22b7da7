// The suite of servers that others wrote, with dropbear.
import { dropbear } from '../support/servers/dropbearServer';
import { serverSuite } from './serverSuite';

serverSuite(dropbear);
