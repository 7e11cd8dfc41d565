import { CardFacts } from './card-facts.ts';
import type { CardLine, CardShare, HomeCard } from './card.ts';
import { formatShare } from './format.ts';
import { homeCards } from './home-cards.ts';
import type { HomeState } from './home-state.ts';
import { jobsCards } from './jobs-card.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText, type Child } from './make-element.ts';
import { ownerOfSource } from './owner.ts';

/** The cards of what sources say (weather, rooms, the grid, the tariff's colours, plugs, probes), and of jobs. */
export function createHomeCards(parent: Element, state: HomeState): () => void {
  const showCards = createKeyedRows<HomeCard>(parent, ({ id }) => id, makeCard);
  return () => {
    const { latest, texts, zone, openJobs } = state;
    const owners = state.sources.map(ownerOfSource);
    const nowMs = state.clock.nowMs();
    const ofSources = homeCards(new CardFacts({ owners, latest, texts, zone, nowMs }));
    showCards([...ofSources, ...jobsCards(openJobs, { nowMs, zone })]);
  };
}

function makeCard(): Row<HomeCard> {
  const title = makeElement('h2');
  const headline = makeElement('div');
  const bar = makeElement('div', { class: 'mix', 'aria-hidden': 'true' });
  const mix = makeElement('ul', { class: 'mix-list' });
  const lines = makeElement('dl', { class: 'lines' });
  const note = makeElement('p', { class: 'note' });
  const showHeadline = createKeyedRows<CardLine>(headline, ({ id }) => id, makeHeadline);
  const showLines = createKeyedRows<CardLine>(lines, ({ id }) => id, makeLine);
  const showBar = createKeyedRows<CardShare>(bar, ({ name }) => name, makeSegment);
  const showMix = createKeyedRows<CardShare>(mix, ({ name }) => name, makeShare);
  const element = makeElement('section', { class: 'card' }, title, headline, lines, bar, mix, note);
  return {
    element,
    show: (card) => {
      setAttribute(element, 'data-card', card.id);
      setText(title, card.title);
      showHeadline(card.headline === undefined ? [] : [card.headline]);
      showLines(card.lines);
      const shares = card.shares ?? [];
      showBar(shares);
      showMix(shares);
      for (const part of [bar, mix]) setHidden(part, shares.length === 0);
      setText(note, card.note ?? '');
    },
  };
}

function makeHeadline({ name }: CardLine): Row<CardLine> {
  const value = makeValue();
  return {
    element: makeElement(
      'p',
      { class: 'headline' },
      makeElement('span', { class: 'unseen' }, `${name}: `),
      ...value.children,
    ),
    show: value.show,
  };
}

function makeLine(): Row<CardLine> {
  const name = makeElement('dt');
  const value = makeValue();
  const cell = makeElement('dd', {}, ...value.children);
  return {
    element: makeElement('div', {}, name, cell),
    show: (line) => {
      setText(name, line.name);
      value.show(line);
    },
  };
}

interface Value {
  readonly children: readonly Child[];
  readonly show: (line: CardLine) => void;
}

/** The value itself, what is doubtful about it, and what more there is to say. */
function makeValue(): Value {
  const text = makeElement('span', { class: 'line-value' });
  const doubt = makeElement('span', { class: 'doubt' });
  const detail = makeElement('span', { class: 'line-detail' });
  return {
    // The spaces are for who has it read out.
    children: [text, ' ', doubt, ' ', detail],
    show: (line) => {
      setText(text, line.text);
      setAttribute(text, 'data-mark', line.mark);
      setAttribute(text, 'data-chip', line.chip);
      setText(doubt, line.doubt);
      setText(detail, line.detail ?? '');
    },
  };
}

function makeSegment({ tone }: CardShare): Row<CardShare> {
  const element = makeElement('span');
  element.style.setProperty('--tone', `var(--${tone})`);
  return { element, show: ({ share }) => element.style.setProperty('flex-grow', share.toFixed(3)) };
}

function makeShare({ tone }: CardShare): Row<CardShare> {
  const text = makeElement('span');
  const element = makeElement('li', {}, makeElement('span', { class: 'dot' }), text);
  element.style.setProperty('--tone', `var(--${tone})`);
  return { element, show: ({ name, share }) => setText(text, `${name} ${formatShare(share)}`) };
}
