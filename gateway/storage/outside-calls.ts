import type { AccessCalls } from './access-calls.ts';
import type { AlertCalls } from './alert-calls.ts';
import type { BoilerCalls } from './boiler-calls.ts';
import type { CloudCalls } from './cloud-calls.ts';
import type { GridCalls } from './grid-calls.ts';
import type { JobCalls } from './job-calls.ts';
import type { TelemetryCalls } from './telemetry-calls.ts';

/**
 * What leaves the gateway, who comes in, what of the outside it works by, and what people are told: the part of
 * `StoreCalls` about it.
 */
export interface OutsideCalls
  extends TelemetryCalls, AccessCalls, CloudCalls, JobCalls, GridCalls, BoilerCalls, AlertCalls {}
