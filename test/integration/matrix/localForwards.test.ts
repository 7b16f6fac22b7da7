// Forwards that listen on this machine.
import { describe } from 'mocha';
import { localForwardKinds } from './forwardKinds';
import { matrix } from './matrix';

describe('the matrix of forwards that listen here', () => matrix(localForwardKinds));
