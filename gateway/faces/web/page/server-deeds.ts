import type { ServerClient } from './server-client.ts';

/** What the parts of the view can ask for and have done. */
export interface ServerDeeds {
  readonly client: ServerClient;
  /** Whether buttons of admins are of use; false too while it is not known. */
  mayAdminister(): boolean;
  time(): { readonly nowMs: number; readonly zone: string | undefined };
  /** Has something done, says how it went, and shows what came of it. */
  do(work: () => Promise<void>, done: string): Promise<void>;
}
