import type { Config, HttpConfig } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { Identity } from './core/identity.ts';
import { limits } from './core/limits.ts';
import type { Logger } from './core/logger.ts';
import { createAccess, type Access } from './features/access/access.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly config: Pick<Config, 'http'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly database: Database;
}

/** What the HTTP face needs to know of who may come in, by its own names. */
interface DoorRules {
  readonly security: Access['security'];
  readonly credentials: Access['credentials'];
  readonly acceptsTokensInClear: boolean;
  readonly rates: Readonly<Record<'read' | 'control' | 'admin', { perSecond: number; burst: number }>>;
}

/** Who may come in, and what is known of those who tried, put together. */
export interface AccessKeeping extends Access {
  readonly health: HealthSource;
  readonly door: DoorRules;
}

export function createAccessKeeping(parts: Parts, { gatewayId }: Pick<Identity, 'gatewayId'>): AccessKeeping {
  const { config, clock, database } = parts;
  const { plainTokens, tls, rates } = config.http;
  const access = createAccess({
    ...parts,
    store: database,
    gatewayId,
    isClockTrusted: () => clock.state === 'trusted',
  });
  const { security, credentials } = access;
  return {
    ...access,
    health: () => securityNotes(security.countOfHour()),
    door: {
      security,
      credentials,
      acceptsTokensInClear: (plainTokens ?? (tls === undefined ? 'accept' : 'refuse')) === 'accept',
      rates: ratesOf(rates),
    },
  };
}

/** What is not said is the gateway's own. */
function ratesOf(wanted: HttpConfig['rates']): DoorRules['rates'] {
  const { readPerSecond = 20, controlPerSecond = 1, adminPerMinute = 5 } = wanted ?? {};
  return {
    read: { perSecond: readPerSecond, burst: Math.max(limits.readBurst, readPerSecond) },
    control: { perSecond: controlPerSecond, burst: Math.max(limits.controlBurst, controlPerSecond) },
    admin: { perSecond: adminPerMinute / 60, burst: Math.max(limits.adminBurst, adminPerMinute) },
  };
}

function securityNotes(count: number): readonly HealthNote[] {
  if (count < limits.securityEventsPerHourNoted) return [];
  return [
    {
      subject: 'access',
      status: 'degraded',
      message: `${count} requests were refused within an hour that should not have been made`,
      hint: 'who makes them is in: egw security list',
    },
  ];
}
