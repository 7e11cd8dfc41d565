import type { AlertWords, Language } from '../../core/alert.ts';
import type { conditionKeys, ValueTest } from './rule-condition.ts';

type InEachLanguage = Readonly<Record<Language, AlertWords>>;
type ConditionKind = (typeof conditionKeys)[number];

const commonPlaces = ['site', 'subject', 'rule', 'time', 'at', 'lasted'] as const;
const ownPlaces: Readonly<Record<ConditionKind, readonly string[]>> = {
  reading: ['device', 'quantity', 'value', 'unit', 'limit'],
  state: ['device', 'state'],
  health: ['message', 'status'],
  silent: ['device', 'sinceMs'],
};

/** What may stand in the words of a rule of one's own. */
export function placesOf(condition: ConditionKind): readonly string[] {
  return [...commonPlaces, ...ownPlaces[condition]];
}

const tests: Readonly<Record<ValueTest['kind'], Readonly<Record<Language, string>>>> = {
  above: { en: 'above {limit} {unit}', fr: 'au-dessus de {limit} {unit}' },
  below: { en: 'below {limit} {unit}', fr: 'au-dessous de {limit} {unit}' },
  equals: { en: 'equal to {limit} {unit}', fr: 'égal à {limit} {unit}' },
  differs: { en: 'other than {limit} {unit}', fr: 'différent de {limit} {unit}' },
};

export function readingWords({ kind }: ValueTest): InEachLanguage {
  const { en, fr } = tests[kind];
  return {
    en: {
      title: `{device}: {quantity} ${en}`,
      text: `{quantity} of {device} at {site} is {value} {unit}, ${en}, since {time}.`,
      short: `{site}: {device} {quantity} {value} {unit}, ${en}, since {time}`,
      recoveredTitle: `{device}: {quantity} no longer ${en}`,
      recoveredText: `{quantity} of {device} at {site} is {value} {unit}, no longer ${en}, since {at}, after {lasted}.`,
      recoveredShort: `{site}: {device} {quantity} {value} {unit}, no longer ${en}, since {at}`,
    },
    fr: {
      title: `{device} : {quantity} ${fr}`,
      text: `{quantity} de {device} à {site} est à {value} {unit}, ${fr}, depuis le {time}.`,
      short: `{site} : {device} {quantity} {value} {unit}, ${fr}, depuis le {time}`,
      recoveredTitle: `{device} : {quantity} n’est plus ${fr}`,
      recoveredText: `{quantity} de {device} à {site} est à {value} {unit}, plus ${fr}, depuis le {at}, après {lasted}.`,
      recoveredShort: `{site} : {device} {quantity} {value} {unit}, plus ${fr}, depuis le {at}`,
    },
  };
}

export const stateWords: InEachLanguage = {
  en: {
    title: '{device} is {state}',
    text: '{device} at {site} is {state} since {time}.',
    short: '{site}: {device} is {state} since {time}',
    recoveredTitle: '{device} is {state} now',
    recoveredText: '{device} at {site} is {state} since {at}, after {lasted}.',
    recoveredShort: '{site}: {device} is {state} since {at}',
  },
  fr: {
    title: '{device} : état {state}',
    text: '{device} à {site} est dans l’état {state} depuis le {time}.',
    short: '{site} : {device} dans l’état {state} depuis le {time}',
    recoveredTitle: '{device} : état {state} maintenant',
    recoveredText: '{device} à {site} est dans l’état {state} depuis le {at}, après {lasted}.',
    recoveredShort: '{site} : {device} dans l’état {state} depuis le {at}',
  },
};

export const healthWords: InEachLanguage = {
  en: {
    title: 'Gateway: {subject} is {status}',
    text: 'The gateway at {site} says since {time}: {message}.',
    short: '{site}: {subject} is {status} since {time}: {message}',
    recoveredTitle: 'Gateway: {subject} is well again',
    recoveredText: 'The gateway at {site} is well again with {subject} since {at}, after {lasted}.',
    recoveredShort: '{site}: {subject} is well again since {at}',
  },
  fr: {
    title: 'Passerelle : {subject}, état {status}',
    text: 'La passerelle de {site} signale depuis le {time} : {message}.',
    short: '{site} : {subject}, état {status} depuis le {time} : {message}',
    recoveredTitle: 'Passerelle : {subject} à nouveau en ordre',
    recoveredText:
      'À la passerelle de {site}, {subject} est à nouveau en ordre depuis le {at}, après {lasted}.',
    recoveredShort: '{site} : {subject} à nouveau en ordre depuis le {at}',
  },
};

export const silentWords: InEachLanguage = {
  en: {
    title: 'No data from {device}',
    text: 'Nothing good has come from {device} at {site} since {sinceMs}. It is asked again by itself.',
    short: '{site}: no data from {device} since {sinceMs}',
    recoveredTitle: 'Data from {device} again',
    recoveredText: '{device} at {site} gives data again since {at}, after {lasted} without.',
    recoveredShort: '{site}: data from {device} again since {at}',
  },
  fr: {
    title: 'Plus de données de {device}',
    text: 'Rien de bon n’est venu de {device} à {site} depuis le {sinceMs}. La passerelle continue de demander.',
    short: '{site} : plus de données de {device} depuis le {sinceMs}',
    recoveredTitle: '{device} donne à nouveau des données',
    recoveredText: '{device} à {site} donne à nouveau des données depuis le {at}, après {lasted} sans.',
    recoveredShort: '{site} : à nouveau des données de {device} depuis le {at}',
  },
};

/** With a title and a text of one's own, in both languages: people write in theirs. */
export function withOwnWords(
  words: InEachLanguage,
  { title, text }: { readonly title?: string | undefined; readonly text?: string | undefined },
): InEachLanguage {
  if (title === undefined && text === undefined) return words;
  return {
    en: ownWords(words.en, { title, text, over: 'Over: ', since: 'since {time}' }),
    fr: ownWords(words.fr, { title, text, over: 'Terminé : ', since: 'depuis le {time}' }),
  };
}

interface Own {
  readonly title: string | undefined;
  readonly text: string | undefined;
  readonly over: string;
  readonly since: string;
}

function ownWords(usual: AlertWords, { title, text, over, since }: Own): AlertWords {
  const said = { title: title ?? usual.title, text: text ?? usual.text };
  const short = text === undefined ? `{site}: ${said.title}, ${since}` : `{site}: ${text}`;
  if (title === undefined) return { ...usual, ...said, short };
  const recoveredTitle = `${over}${title}`;
  const recoveredShort = `{site}: ${recoveredTitle}`;
  return { ...said, short, recoveredTitle, recoveredText: usual.recoveredText, recoveredShort };
}
