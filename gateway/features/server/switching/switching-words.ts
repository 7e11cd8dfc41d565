import type { AlertWords, Language } from '../../../core/alert.ts';

export type ServerRuleId = 'server-colour-unknown' | 'server-not-switched' | 'server-ups';

/** What people are told, by rule. Besides the usual places there are those of `switchingFacts`. */
export const serverWords: Readonly<Record<ServerRuleId, Readonly<Record<Language, AlertWords>>>> = {
  'server-colour-unknown': {
    en: {
      title: 'The colour of {day} is not known, and {server} {doing}',
      text: 'At the hour of switching nobody has said the colour of {day}, which is red by {probability} %: {server} {doing}. egw tempo set tells it by hand.',
      short: '{site}: colour of {day} not known, {server} {doing}',
      recoveredTitle: 'The colour of {day} is decided',
      recoveredText: 'The colour of {day} is {colour}; {server} is to be {wanted}.',
      recoveredShort: '{site}: {day} is {colour}, {server} is to be {wanted}',
    },
    fr: {
      title: 'Couleur du {day} inconnue : {server} {doingFr}',
      text: 'À l’heure de la commande, personne n’a donné la couleur du {day}, rouge à {probability} % : {server} {doingFr}. egw tempo set la donne à la main.',
      short: '{site} : couleur du {day} inconnue, {server} {doingShortFr}',
      recoveredTitle: 'La couleur du {day} est décidée',
      recoveredText: 'Le {day} est {colourFr} ; {server} doit être {wantedFr}.',
      recoveredShort: '{site} : le {day} est {colourFr}, {server} sera {wantedFr}',
    },
  },
  'server-not-switched': {
    en: {
      title: '{server} does not switch {wanted}',
      text: '{server} was to be {wanted} since {time}, and is not: {problem}.',
      short: '{site}: {server} does not switch {wanted} since {time}',
      recoveredTitle: '{server} is {wanted}, or is not wanted so any more',
      recoveredText: '{server}, which did not follow since {time}, is as it is wanted: {wanted}.',
      recoveredShort: '{site}: {server} is {wanted} now',
    },
    fr: {
      title: '{server} ne passe pas à {wantedFr}',
      text: '{server} devait être {wantedFr} depuis le {time}, et ne l’est pas : {problem}.',
      short: '{site} : {server} ne passe pas à {wantedFr} depuis le {time}',
      recoveredTitle: '{server} est {wantedFr}, ou ne doit plus l’être',
      recoveredText: '{server}, qui n’obéissait plus depuis le {time}, est comme voulu : {wantedFr}.',
      recoveredShort: '{site} : {server} est {wantedFr} maintenant',
    },
  },
  'server-ups': {
    en: {
      title: '{server} is shut down: the mains are away',
      text: '{server} was told to shut down at {time}, before its UPS is empty: the mains are away.',
      short: '{site}: mains away, {server} shut down at {time}',
      recoveredTitle: 'The mains are back',
      recoveredText: 'The mains are back for good; {server} is to be {wanted}.',
      recoveredShort: '{site}: mains are back, {server} is to be {wanted}',
    },
    fr: {
      title: '{server} est arrêté : coupure de courant',
      text: 'L’arrêt de {server} a été demandé le {time}, avant que son onduleur soit vide : coupure de courant.',
      short: '{site} : coupure de courant, {server} coupé le {time}',
      recoveredTitle: 'Le courant est revenu',
      recoveredText: 'Le courant est revenu pour de bon ; {server} doit être {wantedFr}.',
      recoveredShort: '{site} : courant revenu, {server} sera {wantedFr}',
    },
  },
};
