import type { AlertWords, Language } from '../../core/alert.ts';

export type BoilerRuleId =
  'boiler-fire-out' | 'boiler-jam' | 'boiler-watch' | 'boiler-silent' | 'boiler-stuck';

/** What people are told, by rule. Besides the usual places there are those of `boilerFacts`. */
export const boilerWords: Readonly<Record<BoilerRuleId, Readonly<Record<Language, AlertWords>>>> = {
  'boiler-fire-out': {
    en: {
      title: 'Boiler out since {time}',
      text: 'The fire of {boiler} is out since {time}: fan and igniter are off, and the water is at {waterC} °C, below {failureC} °C.',
      short: '{site}: fire of {boiler} out since {time}, water {waterC} C',
      recoveredTitle: 'Boiler burns again',
      recoveredText: 'The fire of {boiler}, out since {time}, is back: {phase}, water at {waterC} °C.',
      recoveredShort: '{site}: {boiler}, out since {time}, burns again, water {waterC} C',
    },
    fr: {
      title: 'Alerte arrêt chaudière le {time}',
      text: 'Le feu ({boiler}) est éteint depuis le {time} : ventilateur et allumage sont arrêtés, et l’eau est à {waterC} °C, sous {failureC} °C.',
      short: '{site} : alerte temperature basse atteinte le {time}, feu éteint, eau {waterC} C',
      recoveredTitle: 'La chaudière est repartie',
      recoveredText:
        'Le feu ({boiler}), éteint depuis le {time}, est reparti : {phaseFr}, eau à {waterC} °C.',
      recoveredShort: '{site} : chaudière éteinte le {time} repartie, eau {waterC} C',
    },
  },
  'boiler-jam': {
    en: {
      title: 'Boiler gives no heat since {time}: silo empty, or auger jammed',
      text: '{boiler} burns without heat since {time}: the fan runs, and the water does not rise; it is at {waterC} °C, below {failureC} °C. The silo may be empty, or the auger jammed.',
      short: '{site}: {boiler} gives no heat since {time}, silo empty or auger jammed, water {waterC} C',
      recoveredTitle: 'Boiler gives heat again',
      recoveredText: '{boiler}, without heat since {time}, is well again: {phase}, water at {waterC} °C.',
      recoveredShort: '{site}: {boiler}, without heat since {time}, is well again, water {waterC} C',
    },
    fr: {
      title: 'Alerte chaudière le {time} : silo vide ou bourrage',
      text: 'La chaudière ({boiler}) ne chauffe plus depuis le {time} : le ventilateur tourne, et l’eau ne monte pas ; elle est à {waterC} °C, sous {failureC} °C. Silo vide, ou risque de bourrage.',
      short: '{site} : silo vide ou bourrage depuis le {time}, eau {waterC} C',
      recoveredTitle: 'La chaudière chauffe de nouveau',
      recoveredText:
        'La chaudière ({boiler}), sans chaleur depuis le {time}, va de nouveau : {phaseFr}, eau à {waterC} °C.',
      recoveredShort: '{site} : chaudière sans chaleur le {time}, va de nouveau, eau {waterC} C',
    },
  },
  'boiler-watch': {
    en: {
      title: 'Boiler to be watched since {time}',
      text: 'The water of {boiler} is at {waterC} °C, below {failureC} °C, since {time}, though it burns.',
      short: '{site}: {boiler} is to be watched since {time}, water {waterC} C',
      recoveredTitle: 'Boiler need not be watched any more',
      recoveredText: '{boiler}, to be watched since {time}, is at {phase} now, water at {waterC} °C.',
      recoveredShort: '{site}: {boiler} need not be watched any more, water {waterC} C',
    },
    fr: {
      title: 'Chaudière à surveiller depuis le {time}',
      text: 'L’eau de la chaudière ({boiler}) est à {waterC} °C, sous {failureC} °C, depuis le {time}, et pourtant elle brûle.',
      short: '{site} : chaudière à surveiller depuis le {time}, eau {waterC} C',
      recoveredTitle: 'La chaudière n’est plus à surveiller',
      recoveredText:
        'La chaudière ({boiler}), à surveiller depuis le {time}, est en {phaseFr}, eau à {waterC} °C.',
      recoveredShort: '{site} : chaudière plus à surveiller, eau {waterC} C',
    },
  },
  'boiler-silent': {
    en: {
      title: 'Boiler cannot be seen since {time}',
      text: 'Nothing is known of {boiler} since {time}: no good sample of {inputs}. Whether it burns cannot be said. Look after it, and after the wires.',
      short: '{site}: {boiler} cannot be seen since {time}: nothing from {inputs}',
      recoveredTitle: 'Boiler is seen again',
      recoveredText: '{boiler}, not seen since {time}, is seen again: {phase}, water at {waterC} °C.',
      recoveredShort: '{site}: {boiler}, not seen since {time}, is seen again',
    },
    fr: {
      title: 'Chaudière invisible depuis le {time}',
      text: 'On ne sait plus rien de la chaudière ({boiler}) depuis le {time} : aucune mesure valable ({inputsFr}). Impossible de dire si elle brûle. Vérifiez-la, ainsi que les câbles.',
      short: '{site} : plus de mesures de la chaudière depuis le {time} ({inputsFr})',
      recoveredTitle: 'La chaudière est de nouveau visible',
      recoveredText:
        'La chaudière ({boiler}), invisible depuis le {time}, est de nouveau visible : {phaseFr}, eau à {waterC} °C.',
      recoveredShort: '{site} : chaudière de nouveau visible',
    },
  },
  'boiler-stuck': {
    en: {
      title: 'Water probe of the boiler is stuck',
      text: 'The water of {boiler} has been at exactly {waterC} °C for two hours, though the boiler was at work: its probe does not measure any more. Seen at {time}.',
      short: '{site}: water probe of {boiler} is stuck at {waterC} C ({time})',
      recoveredTitle: 'Water probe of the boiler measures again',
      recoveredText: 'The probe of the water of {boiler}, stuck at {time}, measures again: {waterC} °C.',
      recoveredShort: '{site}: water probe of {boiler} measures again: {waterC} C',
    },
    fr: {
      title: 'Sonde d’eau de la chaudière bloquée',
      text: 'L’eau de la chaudière ({boiler}) est à exactement {waterC} °C depuis deux heures, alors que la chaudière a fonctionné : la sonde ne mesure plus. Constaté le {time}.',
      short: '{site} : sonde eau de la chaudière bloquée, {waterC} C ({time})',
      recoveredTitle: 'La sonde d’eau de la chaudière mesure de nouveau',
      recoveredText:
        'La sonde d’eau de la chaudière ({boiler}), bloquée le {time}, mesure de nouveau : {waterC} °C.',
      recoveredShort: '{site} : sonde eau de la chaudière mesure de nouveau : {waterC} C',
    },
  },
};
