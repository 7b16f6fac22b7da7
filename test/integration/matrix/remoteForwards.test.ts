// Forwards that listen on the server.
import { describe } from 'mocha';
import { remoteForwardKinds } from './forwardKinds';
import { matrix } from './matrix';

describe('the matrix of forwards that listen on the server', () => matrix(remoteForwardKinds));
