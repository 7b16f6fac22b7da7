// The server suite with dropbear.
import { dropbear } from '../support/servers/dropbearServer';
import { serverSuite } from './serverSuite';

serverSuite(dropbear);
