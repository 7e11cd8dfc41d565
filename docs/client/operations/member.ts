// Made by scripts/make-client.mjs from what the commands declare.
type MemberListInput = Record<string, never>;

interface MemberListOutput {
  /** By id; those who left, too */
  members: {
    /** Of the member: his id at Discord, or a number of one’s own */
    id: string;
    name: string;
    role: 'member' | 'admin';
    /** By the configuration: members.firstAdmin */
    isFirstAdmin: boolean;
    /** Shares the cost of today */
    isPresent: boolean;
    /** Arrival of who is there */
    since: string | null;
    addedMs: number;
    /** Oldest first */
    presences: {
      /** The first day that counts */
      arrival: string;
      /** The first day that does not count any more */
      leave: string | null;
    }[];
  }[];
  /** Always an admin, member or not */
  firstAdmin: string | null;
}

export interface MemberOperations {
  /** Who shares the server and its cost, and since when. Needs the scope read. */
  'member.list': { input: MemberListInput; output: MemberListOutput };
}
