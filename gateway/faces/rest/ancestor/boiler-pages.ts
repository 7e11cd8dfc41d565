import type { FastifyInstance } from 'fastify';

type Params = Readonly<Record<string, string>>;

/** An address of the boiler monitor chaudiere that somebody may have kept, and where its view is now. */
export interface BoilerPage {
  readonly path: string;
  /** Of our page: what follows its address. */
  readonly target: (params: Params) => string;
}

/** As many as the view of the boiler shows. */
const shownHoursMax = 72;
const hoursOfKiosk = 4;

function lastHours({ hours }: Params, hoursDefault: number): number {
  const wanted = hours !== undefined && /^\d{1,5}$/.test(hours) ? Number(hours) : hoursDefault;
  return Math.min(shownHoursMax, Math.max(1, wanted));
}

const kiosk = (params: Params): string => `#/boiler?kiosk&hours=${lastHours(params, hoursOfKiosk)}`;
const hoursFrom = (hoursDefault: number) => (params: Params) =>
  `#/boiler?hours=${lastHours(params, hoursDefault)}`;

/** Nothing that is known of a home is in them, and so they are open, as the page is. */
export const boilerPages: readonly BoilerPage[] = [
  { path: '/charts', target: kiosk },
  { path: '/charts/', target: kiosk },
  { path: '/charts/:hours', target: kiosk },
  { path: '/charts/now', target: hoursFrom(1) },
  { path: '/charts/now/:hours', target: hoursFrom(1) },
  { path: '/now/:hours', target: hoursFrom(1) },
  { path: '/charts/raw', target: hoursFrom(1) },
  { path: '/charts/raw/:hours', target: hoursFrom(1) },
  { path: '/debug/now', target: hoursFrom(1) },
  { path: '/debug/now/:hours', target: hoursFrom(1) },
  {
    path: '/charts/history/:year/:month/:day/:hour/:minute/:hours',
    target: ({ year = '', month = '', day = '' }) =>
      dayView(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`),
  },
  { path: '/charts/history_form', target: () => '#/boiler' },
  { path: '/admin', target: () => '#/engine' },
  { path: '/admin/', target: () => '#/engine' },
  { path: '/admin/config', target: () => '#/boiler' },
  { path: '/admin/log', target: () => '#/engine' },
];

/** It took a form with the day, as browsers send it: nothing else here takes one, and this changes nothing. */
export const dayForm = { path: '/charts/history_form', bodyBytesMax: 1_024 } as const;

/** Leads to the view of the boiler from each of them, by GET; and from the form. */
export function addBoilerPages(app: FastifyInstance): void {
  for (const { path, target } of boilerPages) {
    app.get(path, { config: { scope: 'open' } }, (request, reply) =>
      reply.header('cache-control', 'no-cache').redirect(`/${target(request.params as Params)}`, 302),
    );
  }
  app.register((inner, _options, done) => {
    const options = { parseAs: 'string' as const, bodyLimit: dayForm.bodyBytesMax };
    inner.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, parsed) => {
      parsed(null, Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : '')));
    });
    inner.post(dayForm.path, { config: { scope: 'open' } }, (request, reply) => {
      const { date } = (request.body ?? {}) as { readonly date?: unknown };
      return reply.redirect(`/${dayView(typeof date === 'string' ? date : '')}`, 303);
    });
    done();
  });
}

function dayView(day: string): string {
  return isDay(day) ? `#/boiler?day=${day}` : '#/boiler';
}

function isDay(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text);
}
