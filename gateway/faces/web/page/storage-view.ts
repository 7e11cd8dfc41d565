import type { ApiClient } from './api-client.ts';
import type { StorageStatus } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import { createFactTable, type Column } from './fact-table.ts';
import { formatBytes, noValue } from './format.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import {
  lifeText,
  lossText,
  measuredText,
  perDayText,
  policyWords,
  storageFacts,
  type StorageFact,
} from './storage-words.ts';

export interface StorageParts {
  readonly element: Element;
  readonly client: ApiClient;
  readonly time: PageTime;
  readonly zone: () => string | undefined;
}

/** The database: how it is, what it holds, what it writes, and what each commit policy would cost. */
export function createStorageView({ element, client, time, zone }: StorageParts): PeriodicView {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const facts = makeElement('dl', { class: 'facts' });
  const written = createFactTable('Written', writtenColumns);
  const policies = createFactTable('Commit policies', policyColumns);
  const assumptions = makeElement('p', { class: 'note' });
  element.replaceChildren(
    makeElement('h2', {}, 'Storage'),
    facts,
    makeElement('h2', {}, 'Written to the card'),
    written.element,
    makeElement('h2', {}, 'Commit policies'),
    makeElement(
      'p',
      { class: 'note' },
      'What a power cut can cost, against what the card has to bear. Energy is never lost: counters go on.',
    ),
    policies.element,
    assumptions,
    message,
  );
  const showFacts = createKeyedRows<StorageFact>(facts, ({ name }) => name, makeFact);
  return createPeriodicView(message, time, async () => {
    const status = await client.storage();
    showFacts(storageFacts(status, zone()));
    written.show(status.written.map((line) => ({ ...line, name: line.over })));
    policies.show(status.policies.map((line) => ({ ...line, name: line.policy })));
    const { writesPerCell, writeAmplification } = status.card;
    const isMeasured = status.written.length > 0;
    setText(
      assumptions,
      isMeasured
        ? `A card that can be written ${writesPerCell} times and writes ${writeAmplification} bytes for each it is given.`
        : 'Known when a quarter of an hour has been measured.',
    );
  });
}

function makeFact({ name }: StorageFact): Row<StorageFact> {
  const value = makeElement('dd');
  return {
    element: makeElement('div', {}, makeElement('dt', {}, name), value),
    show: ({ text, isBad }) => {
      setText(value, text);
      setAttribute(value, 'data-bad', isBad === true ? '' : undefined);
    },
  };
}

type Named<Line> = Line & { readonly name: string };

const writtenColumns: readonly Column<Named<StorageStatus['written'][number]>>[] = [
  { title: 'Over', text: ({ over, measuredMs }) => measuredText(over, measuredMs) },
  { title: 'A day', isNumber: true, text: ({ perDayBytes }) => formatBytes(perDayBytes) },
  {
    title: 'A reading',
    isNumber: true,
    text: ({ perReadingBytes }) => (perReadingBytes === null ? noValue : formatBytes(perReadingBytes)),
  },
];

const policyColumns: readonly Column<Named<StorageStatus['policies'][number]>>[] = [
  {
    title: 'Policy',
    text: ({ policy, active }) => (policyWords[policy] ?? policy) + (active ? ' (active)' : ''),
  },
  { title: 'A power cut costs', text: ({ losesAtMostMs }) => lossText(losesAtMostMs) },
  { title: 'Writes a day', isNumber: true, text: ({ perDayBytes }) => perDayText(perDayBytes) },
  { title: 'The card lasts', isNumber: true, text: ({ cardLifeYears }) => lifeText(cardLifeYears) },
];
