// Made by scripts/make-client.mjs from what the commands declare.
interface MemberAddInput {
  /** Of the member: his id at Discord, or a number of one’s own */
  id: string;
  /** For people */
  name?: string;
  /** The first day that he shares; today unless said: 2024-06-01 */
  arrival?: string;
}

interface MemberAddOutput {
  member: {
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
  };
  /** What is not sure */
  note: string | null;
}

interface MemberLeaveInput {
  /** Of the member: his id at Discord, or a number of one’s own */
  id: string;
  /** The day; today unless an admin says so: 2024-06-01 */
  leave?: string;
}

interface MemberLeaveOutput {
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
}

interface MemberDatesInput {
  /** Of the member: his id at Discord, or a number of one’s own */
  id: string;
  which: 'arrival' | 'leave';
  /** The day, not in the future: 2024-06-01 */
  date: string;
}

interface MemberDatesOutput {
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
}

interface MemberRoleInput {
  /** Of the member: his id at Discord, or a number of one’s own */
  id: string;
  role: 'member' | 'admin';
}

interface MemberRoleOutput {
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
}

interface MemberRenameInput {
  /** Of the member: his id at Discord, or a number of one’s own */
  id: string;
  /** For people */
  name: string;
}

interface MemberRenameOutput {
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
}

export interface MemberChangesOperations {
  /** Let somebody share the server, for the first time or again. Needs the scope admin. */
  'member.add': { input: MemberAddInput; output: MemberAddOutput };
  /** Somebody leaves: that day does not count any more. A member may leave himself. Needs the scope control. */
  'member.leave': { input: MemberLeaveInput; output: MemberLeaveOutput };
  /** Change when somebody arrived or left last. Needs the scope admin. */
  'member.dates': { input: MemberDatesInput; output: MemberDatesOutput };
  /** Make a member an admin, or not any more. Needs the scope admin. */
  'member.role': { input: MemberRoleInput; output: MemberRoleOutput };
  /** Change the name of a member. A member may change his own. Needs the scope control. */
  'member.rename': { input: MemberRenameInput; output: MemberRenameOutput };
}
