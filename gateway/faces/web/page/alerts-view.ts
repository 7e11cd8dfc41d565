import type { AlertDeeds } from './alert-deeds.ts';
import { createAlertList } from './alert-list.ts';
import type { Notifier, Rule } from './alert-types.ts';
import { ruleState, ruleTimes, ruleTitle, type AlertTime } from './alert-words.ts';
import { createAlertsClient } from './alerts-client.ts';
import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createFactTable } from './fact-table.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { createNotifierRow } from './notifier-row.ts';
import { createPeriodicView } from './periodic-view.ts';
import type { TabView } from './tab-view.ts';

/** What people are told of: what goes on, what was told, by which rules, and by which ways. */
export function createAlertsView(
  place: Element,
  state: HomeState,
  { client: api, time }: { readonly client: ApiClient; readonly time: PageTime },
): TabView {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const now = (): AlertTime => ({ nowMs: state.clock.nowMs(), zone: state.zone });
  const client = createAlertsClient(api);
  const deeds: AlertDeeds = {
    client,
    time: now,
    do: async (work, done) => {
      try {
        await work();
        await asking.anew();
        setText(message, done);
      } catch (error) {
        setText(message, wordsFor(error));
      }
    },
  };
  const open = createAlertList(deeds, 'No alert is open.');
  const past = createAlertList(deeds, 'Nothing was told yet.');
  const rules = createFactTable<NamedRule>('Rules', ruleColumns);
  const ways = createWays(deeds);
  place.replaceChildren(
    card('Going on now', open.element, message),
    card('Told before', past.element),
    card('Ways to tell people', ...ways.elements),
    card('What people are told of', rules.element),
  );
  const load = async (): Promise<void> => {
    const all = await client.open();
    open.show(all);
    past.show((await client.recent()).filter(({ isOpen }) => !isOpen));
    rules.show((await client.rules()).map((rule) => ({ ...rule, name: rule.id })));
    ways.show(await client.notifiers());
    for (const list of [open, past]) list.load();
  };
  const asking = createPeriodicView(message, time, load);
  return {
    start: () => asking.start(),
    stop: () => asking.stop(),
    show: () => undefined,
    refresh: () => asking.start(),
  };
}

type NamedRule = Rule & { readonly name: string };

const ruleColumns = [
  { title: 'Rule', text: ruleTitle },
  { title: 'Where it stands', text: ruleState, isBad: ({ problem }: NamedRule) => problem !== null },
  { title: 'It tells', text: ruleTimes },
  { title: 'Matters as', text: ({ severity }: NamedRule) => severity },
  { title: 'Goes by', text: ({ condition }: NamedRule) => condition ?? '' },
];

function createWays(deeds: AlertDeeds): {
  readonly elements: readonly HTMLElement[];
  show(notifiers: readonly Notifier[]): void;
} {
  const list = makeElement('div', { class: 'sinks' });
  const none = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'None is configured, so nobody is told: alerts are only shown here. Mail, SMS, Discord and webhooks stand under notifiers: in egw.yaml.',
  );
  const showRows = createKeyedRows<Notifier>(
    list,
    ({ id }) => id,
    ({ id }) => createNotifierRow(id, deeds),
  );
  return {
    elements: [list, none],
    show: (notifiers) => {
      showRows(notifiers);
      setHidden(none, notifiers.length > 0);
    },
  };
}

function card(title: string, ...parts: readonly HTMLElement[]): HTMLElement {
  return makeElement('div', { class: 'card' }, makeElement('h2', {}, title), ...parts);
}
