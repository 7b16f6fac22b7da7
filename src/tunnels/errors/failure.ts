// Makes an error: every factory beside this file goes through here.
import type { ErrorFacts, TunnelError, TunnelErrorCode } from './errors';

export function failure(
  code: TunnelErrorCode,
  message: string,
  nextStep: string,
  detail?: string,
  facts?: ErrorFacts,
): TunnelError {
  return { code, message, nextStep, ...(detail ? { detail } : {}), ...(facts ? { facts } : {}) };
}
