import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface Column<Item> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly text: (item: Item) => string;
  /** Draws a bar of this length, full from 1 on. */
  readonly share?: (item: Item) => number | undefined;
  readonly isBad?: (item: Item) => boolean;
}

export interface FactTable<Item> {
  readonly element: HTMLElement;
  show(items: readonly Item[]): void;
}

/** A table; on a narrow screen each row becomes a card, its cells named by their columns. */
export function createFactTable<Item extends { readonly name: string }>(
  caption: string,
  columns: readonly Column<Item>[],
): FactTable<Item> {
  const head = makeElement(
    'tr',
    {},
    ...columns.map(({ title, isNumber }) =>
      makeElement('th', { scope: 'col', class: alignment(isNumber) }, title),
    ),
  );
  const body = makeElement('tbody');
  const table = makeElement(
    'table',
    { class: 'facts-table' },
    makeElement('caption', { class: 'unseen' }, caption),
    makeElement('thead', {}, head),
    body,
  );
  const show = createKeyedRows<Item>(
    body,
    ({ name }) => name,
    () => makeRow(columns),
  );
  return { element: table, show };
}

function makeRow<Item>(columns: readonly Column<Item>[]): Row<Item> {
  const cells = columns.map((column, index) => {
    const text = makeElement('span');
    const bar = makeElement('span', { class: 'bar', hidden: '' }, makeElement('span'));
    const attributes = { 'data-title': column.title, class: alignment(column.isNumber) };
    const cell =
      index === 0
        ? makeElement('th', { ...attributes, scope: 'row' }, text)
        : makeElement('td', attributes, text, bar);
    return { column, cell, text, bar };
  });
  return {
    element: makeElement('tr', {}, ...cells.map(({ cell }) => cell)),
    show: (item) => {
      for (const { column, cell, text, bar } of cells) {
        setText(text, column.text(item));
        setAttribute(cell, 'data-bad', column.isBad?.(item) === true ? '' : undefined);
        const share = column.share?.(item);
        setHidden(bar, share === undefined);
        bar.style.setProperty('--share', String(Math.min(1, share ?? 0)));
        setAttribute(bar, 'data-over', String((share ?? 0) > 1));
      }
    },
  };
}

function alignment(isNumber: boolean | undefined): string {
  return isNumber === true ? 'number' : '';
}
