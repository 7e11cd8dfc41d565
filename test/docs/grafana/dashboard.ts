import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../docs/grafana');

/** A query of a panel, and what its macros stand for. */
export interface PanelQuery {
  /** For people: the panel's title, and which of its queries. */
  readonly title: string;
  readonly target: Readonly<Record<string, unknown>>;
  /** What the panel shows is at least so far apart. */
  readonly intervalMs: number;
  /** The panel's own range, where it has one. */
  readonly rangeMs: number | undefined;
}

/** The part of Grafana's JSON model that matters here (grafana.com/docs, "Dashboard JSON model", classic). */
export interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly id: null;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly __requires: readonly { readonly type: string; readonly id: string }[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly interval?: string;
  readonly timeFrom?: string;
  readonly targets?: readonly Readonly<Record<string, unknown>>[];
}

export interface Variable {
  readonly type: string;
  readonly name: string;
  readonly query: string | { readonly query: string };
}

export const backends = ['influxdb', 'postgres', 'prometheus', 'sqlite'] as const;

export type Backend = (typeof backends)[number];

export function dashboardText(backend: Backend): string {
  return readFileSync(join(folder, `home-${backend}.json`), 'utf8');
}

export function parsedDashboard(text: string): Dashboard {
  return JSON.parse(text) as Dashboard;
}

export function panelQueries({ panels }: Dashboard): readonly PanelQuery[] {
  return panels.flatMap(({ title, interval, timeFrom, targets = [] }) =>
    targets.map((target) => ({
      title: `${title} ${String(target['refId'])}`,
      target,
      intervalMs: interval === undefined ? 60_000 : durationMs(interval),
      rangeMs: timeFrom === undefined ? undefined : durationMs(timeFrom),
    })),
  );
}

/** Queries of variables, by name. */
export function variableQueries({ templating }: Dashboard): ReadonlyMap<string, string> {
  const asked = templating.list.filter(({ type }) => type === 'query');
  return new Map(asked.map(({ name, query }) => [name, typeof query === 'string' ? query : query.query]));
}

function durationMs(text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text);
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new Error(`${text} is no duration`);
  return Number(match[1]) * unit;
}
