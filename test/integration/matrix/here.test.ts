// Forwards that listen on this machine.
import { describe } from 'mocha';
import { roadsFromHere } from './roads';
import { matrix } from './suite';

describe('the matrix of forwards that listen here', () => matrix(roadsFromHere));
