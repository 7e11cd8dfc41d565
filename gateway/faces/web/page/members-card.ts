import { createFactTable } from './fact-table.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { Member, Presence, YearShares } from './member-types.ts';
import { dayWords, formatEuros } from './tempo-words.ts';

export interface MembersCard {
  readonly element: HTMLElement;
  show(members: readonly Member[], shares: YearShares | undefined, today: string): void;
}

/** Who shares the server, since when, and what of this year is whose. */
export function createMembersCard(): MembersCard {
  const table = createFactTable<NamedRow>('Members', columns);
  const rest = makeElement('p', { class: 'note' });
  const none = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'Nobody yet: the cost of the server is nobody’s. Members come with egw member add, or with /hello_you of the bot.',
  );
  return {
    element: makeElement(
      'div',
      { class: 'card members-card' },
      makeElement('h2', {}, 'Members'),
      ...[table.element, none, rest],
    ),
    show: (members, shares, today) => {
      table.show(members.map((member) => rowOf(member, shares, today)));
      setHidden(table.element, members.length === 0);
      setHidden(none, members.length > 0);
      setText(rest, shares === undefined ? '' : restWords(shares));
    },
  };
}

interface NamedRow {
  /** Its id, the key of the row. */
  readonly name: string;
  readonly title: string;
  readonly role: string;
  readonly presence: string;
  readonly share: string;
}

const columns = [
  { title: 'Name', text: ({ title }: NamedRow) => title },
  { title: 'Role', text: ({ role }: NamedRow) => role },
  { title: 'There', text: ({ presence }: NamedRow) => presence },
  { title: 'Share of this year', isNumber: true, text: ({ share }: NamedRow) => share },
];

function rowOf(member: Member, shares: YearShares | undefined, today: string): NamedRow {
  const { id, name, role, presences } = member;
  const own = shares?.shares.find((share) => share.member === id)?.microEuros ?? 0;
  return {
    ...{ name: id, title: name === '' ? id : name, role },
    presence: presenceWords(presences, today),
    share: shares === undefined ? '' : formatEuros(own),
  };
}

/** `since Mon 1 Jun 2026`; of who has left `from … to …`; earlier times are counted. */
export function presenceWords(presences: readonly Presence[], today: string): string {
  const inOrder = presences.toSorted((a, b) => (a.arrival < b.arrival ? -1 : 1));
  const last = inOrder.at(-1);
  if (last === undefined) return 'never yet';
  const { arrival, leave } = last;
  const isThere = leave === null || leave > today;
  const until = leave === null ? '' : `, ${isThere ? 'leaves' : 'left'} ${dayWords(leave, true)}`;
  const before = inOrder.length - 1;
  const times = before === 0 ? '' : `, and ${before === 1 ? 'once' : `${before} times`} before`;
  return `since ${dayWords(arrival, true)}${until}${times}`;
}

function restWords({ year, totalMicroEuros, unassignedMicroEuros }: YearShares): string {
  const nobody = unassignedMicroEuros === 0 ? '' : `, ${formatEuros(unassignedMicroEuros)} of it nobody’s`;
  return `${year} has cost ${formatEuros(totalMicroEuros)} so far${nobody}.`;
}
