import type { AlertDesk, AlertRule } from '../../core/alert.ts';
import { centsText } from './statement-words.ts';
import type { StatementRecord } from './statement-record.ts';

const minuteMs = 60_000;
const rule = 'statement-made';

/** What people are told of members. @param isTold whether there is anybody to tell */
export function memberRules(isTold: boolean): readonly AlertRule[] {
  return [{ ...statementMade, isEnabled: isTold }];
}

const statementMade: AlertRule = {
  id: rule,
  severity: 'info',
  isEnabled: true,
  forMs: 0,
  cooldownMs: 0,
  repeatMs: undefined,
  tellsRecovery: false,
  words: {
    en: {
      title: 'Statement of {year}',
      text: 'The cost of the server in {year} is shared out: {euros} EUR among {members} members, and {unassigned} EUR of days on which nobody was there.',
      short: '{site}: server {year}: {euros} EUR among {members} members, {unassigned} EUR unassigned',
      recoveredTitle: 'Statement of {year} is told',
      recoveredText: 'The statement of {year} is told.',
      recoveredShort: '{site}: statement {year} is told',
    },
    fr: {
      title: 'Décompte {year}',
      text: 'Le coût du serveur en {year} est réparti : {euros} EUR entre {members} membres, et {unassigned} EUR pour les jours sans personne.',
      short: '{site} : serveur {year} : {euros} EUR entre {members} membres, {unassigned} EUR sans personne',
      recoveredTitle: 'Décompte {year} annoncé',
      recoveredText: 'Le décompte {year} est annoncé.',
      recoveredShort: '{site} : décompte {year} annoncé',
    },
  },
  page: '#/tempo',
};

/** Says that a statement was made; twice is as once. Errors: those of the desk. */
export async function tellStatement(desk: AlertDesk, record: StatementRecord): Promise<void> {
  const { year, madeMs, microEuros, unassignedMicroEuros, messages } = record;
  const facts = {
    year: String(year),
    euros: centsText(microEuros - unassignedMicroEuros, 'en'),
    unassigned: centsText(unassignedMicroEuros, 'en'),
    members: messages.length,
  };
  const of = { rule, subject: `statement ${year}`, facts };
  await desk.observe([
    { ...of, fromMs: madeMs - 2 * minuteMs, toMs: madeMs - minuteMs, holds: true },
    { ...of, fromMs: madeMs - minuteMs, toMs: madeMs, holds: false },
  ]);
}
