import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { Member, PeriodShares } from './member-types.ts';
import { presenceWords } from './member-words.ts';
import { formatEuros } from './tempo-words.ts';

export interface MembersCard {
  readonly element: HTMLElement;
  show(members: readonly Member[], shares: PeriodShares | undefined, today: string): void;
}

/** Who shares the server, since when, and what of this year is whose. */
export function createMembersCard(): MembersCard {
  const title = makeElement('h2');
  const list = makeElement('ul', { class: 'people' });
  const rest = makeElement('p', { class: 'note' });
  const none = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'Nobody yet: the cost of the server is nobody’s. Members come with egw member add, or with /hello_you of the bot.',
  );
  const showRows = createKeyedRows<MemberRow>(list, ({ id }) => id, makeRow);
  return {
    element: makeElement('div', { class: 'card members-card' }, title, list, none, rest),
    show: (members, shares, today) => {
      setText(
        title,
        shares === undefined ? 'Members' : `Members, and their shares of ${shares.firstDay.slice(0, 4)}`,
      );
      showRows(members.map((member) => rowOf(member, shares, today)));
      setHidden(none, members.length > 0);
      setText(rest, shares === undefined ? '' : restWords(shares));
    },
  };
}

interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly share: string;
}

function makeRow(): Row<MemberRow> {
  const name = makeElement('span');
  const detail = makeElement('span', { class: 'line-detail' });
  const share = makeElement('strong');
  return {
    element: makeElement('li', {}, makeElement('span', {}, name, detail), share),
    show: (row) => {
      setText(name, row.name);
      setText(detail, row.detail);
      setText(share, row.share);
    },
  };
}

function rowOf(member: Member, shares: PeriodShares | undefined, today: string): MemberRow {
  const { id, name, role, presences } = member;
  const own = shares?.shares.find((share) => share.member === id)?.microEuros ?? 0;
  return {
    id,
    name: `${name === '' ? id : name}${role === 'admin' ? ', admin' : ''}`,
    detail: presenceWords(presences, today),
    share: shares === undefined ? '' : formatEuros(own),
  };
}

function restWords({ firstDay, exact, unpricedDays }: PeriodShares): string {
  const { microEuros, unassignedMicroEuros } = exact;
  const nobody = unassignedMicroEuros === 0 ? '' : `, ${formatEuros(unassignedMicroEuros)} of it nobody’s`;
  const unpriced = unpricedDays === 0 ? '' : ` Days without a price, which are not in it: ${unpricedDays}.`;
  return `${firstDay.slice(0, 4)} has cost ${formatEuros(microEuros)} so far${nobody}.${unpriced}`;
}
