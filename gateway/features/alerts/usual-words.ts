import type { AlertWords, Language } from '../../core/alert.ts';

type InEachLanguage = Readonly<Record<Language, AlertWords>>;

/** Before the title of a reminder. */
export const reminderTitles: Readonly<Record<Language, string>> = { en: 'Still: ', fr: 'Toujours : ' };

/** Of a message that somebody asked for, to see whether it comes. */
export const testWords: InEachLanguage = {
  en: withoutEnd({
    title: 'Test from {site}',
    text: 'This is a test from {site}, sent on {time}.\nAlerts come the same way.',
    short: '{site}: this is a test, sent on {time}. Alerts come the same way.',
  }),
  fr: withoutEnd({
    title: 'Essai de {site}',
    text: 'Ceci est un essai de {site}, envoyé le {time}.\nLes alertes arrivent par le même chemin.',
    short: '{site} : ceci est un essai, envoyé le {time}. Les alertes arrivent par le même chemin.',
  }),
};

/** Of a rule that is not there any more, whose alert is still to be told. */
export const unknownRuleWords: InEachLanguage = {
  en: {
    title: 'Alert {rule}: {subject}',
    text: 'Since {time} at {site}: alert {rule}, {subject}.',
    short: '{site}: alert {rule}, {subject}, since {time}',
    recoveredTitle: 'Over: {rule}, {subject}',
    recoveredText: 'Over at {site} since {at}: alert {rule}, {subject}, of {time}.',
    recoveredShort: '{site}: over since {at}: {rule}, {subject}',
  },
  fr: {
    title: 'Alerte {rule} : {subject}',
    text: 'Depuis le {time} à {site} : alerte {rule}, {subject}.',
    short: '{site} : alerte {rule}, {subject}, depuis le {time}',
    recoveredTitle: 'Terminé : {rule}, {subject}',
    recoveredText: 'Terminé à {site} depuis le {at} : alerte {rule}, {subject}, du {time}.',
    recoveredShort: '{site} : terminé depuis le {at} : {rule}, {subject}',
  },
};

function withoutEnd({ title, text, short }: Pick<AlertWords, 'title' | 'text' | 'short'>): AlertWords {
  return { title, text, short, recoveredTitle: title, recoveredText: text, recoveredShort: short };
}
