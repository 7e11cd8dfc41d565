// Made by scripts/make-client.mjs from what the commands declare.
interface AuditListInput {
  /** Only lines older than this instant (epoch ms): for the next page */
  before?: number;
  /** Lines, at most 1000; those of one instant are never parted */
  limit?: number;
}

interface AuditListOutput {
  lines: {
    atMs: number;
    /** local, token:ID or anonymous */
    principal: string;
    action: string;
    /** ok, or the error's code */
    outcome: string;
    detail: string;
  }[];
  /** There are older ones: ask again with this as `before` */
  next: number | null;
}

export interface AuditOperations {
  /** Who did what, newest first. Needs the scope admin. */
  'audit.list': { input: AuditListInput; output: AuditListOutput };
}
