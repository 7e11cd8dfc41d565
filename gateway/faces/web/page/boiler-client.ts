import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import type { BoilerEvent, BoilerMinuteRow, BoilerNow, BoilerSettings } from './boiler-types.ts';
import type { Span } from './chart-ranges.ts';

/** The gateway's API about the boiler. Every call rejects with an `ApiProblem`. */
export interface BoilerClient {
  /** undefined: none is configured. */
  now(): Promise<BoilerNow | undefined>;
  minutes(span: Span): Promise<readonly BoilerMinuteRow[]>;
  events(span: Span): Promise<readonly BoilerEvent[]>;
  /** Settings that were changed here, in force or from the next start of the gateway on. */
  changed(): Promise<Partial<BoilerSettings>>;
  set(name: keyof BoilerSettings, value: BoilerSettings[keyof BoilerSettings]): Promise<void>;
}

const boilerPath = '/api/v1/boiler';
const settingsPath = '/api/v1/config/settings';
const rowsMax = 1_440;
/** Three days of minutes, and some more: what goes on after them is no answer to what was asked. */
const pagesMax = 8;

export function createBoilerClient(client: Pick<ApiClient, 'read' | 'put'>): BoilerClient {
  const readAll = async <Row>(
    what: 'minutes' | 'events',
    list: 'rows' | 'events',
    span: Span,
  ): Promise<Row[]> => {
    const rows: Row[] = [];
    let from: number | null = span.fromMs;
    for (let page = 0; page < pagesMax && from !== null && from < span.toMs; page += 1) {
      const query = `from=${from}&to=${span.toMs}&limit=${rowsMax}`;
      const answer = (await client.read(`${boilerPath}/${what}?${query}`)) as Page<Row>;
      rows.push(...(answer[list] ?? []));
      from = answer.next;
    }
    return rows;
  };
  return {
    now: async () => {
      try {
        return (await client.read(boilerPath)) as BoilerNow;
      } catch (error) {
        if (error instanceof ApiProblem && error.facts.code === 'not_found') return undefined;
        throw error;
      }
    },
    minutes: (span) => readAll<BoilerMinuteRow>('minutes', 'rows', span),
    events: (span) => readAll<BoilerEvent>('events', 'events', span),
    changed: async () => {
      const { settings } = (await client.read(settingsPath)) as { settings: readonly Setting[] };
      const own = settings.filter(({ setting }) => setting.startsWith('boiler.'));
      return Object.fromEntries(own.map(({ setting, value }) => [setting.slice('boiler.'.length), value]));
    },
    set: async (name, value) => {
      await client.put(`${settingsPath}/boiler.${name}`, { value });
    },
  };
}

interface Page<Row> {
  readonly rows?: readonly Row[];
  readonly events?: readonly Row[];
  readonly next: number | null;
}

interface Setting {
  readonly setting: string;
  readonly value: unknown;
}
