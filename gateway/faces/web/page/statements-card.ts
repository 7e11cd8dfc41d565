import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { Statement, StatementYear } from './member-types.ts';
import type { ServerDeeds } from './server-deeds.ts';
import { createSureButton } from './sure-button.ts';
import { dayWords, formatEuros } from './tempo-words.ts';

export interface StatementsCard {
  readonly element: HTMLElement;
  show(years: readonly StatementYear[]): void;
}

/** What each member owes for the years that are over, and whether it was paid. */
export function createStatementsCard(deeds: ServerDeeds): StatementsCard {
  const list = makeElement('ul', { class: 'people' });
  const none = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'None yet. They are made on 1 January, or by egw statement make YEAR.',
  );
  const showRows = createKeyedRows<DatedStatement>(
    list,
    ({ year, member }) => `${year} ${member}`,
    (statement) => makeRow(statement, deeds),
  );
  return {
    element: makeElement(
      'div',
      { class: 'card statements-card' },
      makeElement('h2', {}, 'Yearly statements'),
      ...[list, none],
    ),
    show: (years) => {
      const all = years
        .toSorted((a, b) => b.year - a.year)
        .flatMap(({ year, statements }) => statements.map((one) => ({ ...one, year })));
      showRows(all);
      setHidden(none, all.length > 0);
    },
  };
}

type DatedStatement = Statement & { readonly year: number };

function makeRow({ year, member }: DatedStatement, deeds: ServerDeeds): Row<DatedStatement> {
  const words = makeElement('span');
  const paid = makeElement('span', { class: 'statement-paid' });
  const button = createSureButton('Paid', 'Paid today?', () =>
    deeds.do(() => deeds.client.setPaid(year, member), 'Written down as paid.'),
  );
  return {
    element: makeElement('li', {}, words, paid, button),
    show: ({ name, microEuros, paidDay, openMicroEuros }) => {
      setText(words, `${year}, ${name === '' ? member : name}: ${formatEuros(microEuros)}`);
      const isSettled = paidDay !== null && openMicroEuros === 0;
      const rest = isSettled ? '' : `, ${formatEuros(openMicroEuros)} open`;
      setText(paid, paidDay === null ? 'open' : `paid ${dayWords(paidDay, true)}${rest}`);
      paid.toggleAttribute('data-bad', !isSettled);
      button.setAttribute('aria-label', `Write down that ${name} has paid ${year}`);
      setHidden(button, isSettled || !deeds.mayAdminister());
    },
  };
}
