// The thread that opens an encrypted key: openKey.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { openKey } from './openKey';
import type { OpenRequest } from './openKey';

parentPort?.postMessage(openKey(workerData as OpenRequest));
