// Forwards that listen on the server.
import { describe } from 'mocha';
import { roadsFromThere } from './roads';
import { matrix } from './suite';

describe('the matrix of forwards that listen on the server', () => matrix(roadsFromThere));
