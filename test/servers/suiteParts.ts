// What the tests of one server share.
import type { OtherServer, ServerKind } from '../support/servers/otherServer';
import type { TestWindow } from '../support/testWindow';

/** What the tests use; only to be read inside them. */
export interface ServerSuite {
  readonly kind: ServerKind;
  readonly server: OtherServer;
  readonly window: TestWindow;
}
