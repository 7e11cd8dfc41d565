import type { MemberCalls } from './member-calls.ts';
import type { ServerCalls } from './server-calls.ts';
import type { TempoCalls } from './tempo-calls.ts';

/** What the days cost, the server that is shared, and who shares it: the part of `StoreCalls` about it. */
export interface SharingCalls extends TempoCalls, ServerCalls, MemberCalls {}
