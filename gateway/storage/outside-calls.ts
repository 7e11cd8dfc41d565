import type { AccessCalls } from './access-calls.ts';
import type { CloudCalls } from './cloud-calls.ts';
import type { TelemetryCalls } from './telemetry-calls.ts';

/** What leaves the gateway, and who comes in: the part of `StoreCalls` about it. */
export interface OutsideCalls extends TelemetryCalls, AccessCalls, CloudCalls {}
