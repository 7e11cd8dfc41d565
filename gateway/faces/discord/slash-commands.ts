import { optionTypes, type SlashCommand, type SlashOption } from './slash-command.ts';

interface Words {
  readonly en: string;
  readonly fr: string;
}

/** What the choices are called in French. */
const periods: Readonly<Record<string, string>> = {
  all: 'toutes celles-ci',
  global: 'depuis le début',
  year: 'cette année',
  month: 'ce mois',
  week: 'cette semaine',
  yesterday: 'hier',
  day: 'aujourd’hui',
};
const ownPeriods: typeof periods = {
  ...periods,
  derogations_year: 'dérogations de cette année',
  derogations_total: 'dérogations depuis l’arrivée',
};

const who = (required?: true): SlashOption => ({
  ...{ type: optionTypes.user, name: 'user_id', ...(required && { required }) },
  ...described({ en: 'Who', fr: 'Qui' }),
});

/** The bot's commands: names and options of the program before this one. Who may do what is decided by us. */
export const slashCommands: readonly SlashCommand[] = [
  command('hello_you', { en: 'Welcome somebody to the server', fr: 'Accueillir quelqu’un sur le serveur' }, [
    who(true),
    text('arrival_date', {
      en: 'First day, YYYY-MM-DD, not in the future; today unless said',
      fr: 'Premier jour, AAAA-MM-JJ, pas dans le futur ; sinon aujourd’hui',
    }),
  ]),
  command(
    'bye_bye',
    { en: 'Leave the server, or have somebody leave', fr: 'Quitter le serveur, ou faire partir' },
    [who()],
  ),
  command(
    'change_date',
    { en: 'Correct a day of arrival or leaving', fr: 'Corriger une arrivée ou un départ' },
    [
      choice('which', { en: 'Which day', fr: 'Quel jour' }, true, {
        arrival: 'arrivée',
        leave: 'départ',
      }),
      text('date', { en: 'YYYY-MM-DD, not in the future', fr: 'AAAA-MM-JJ, pas dans le futur' }, true),
      who(true),
    ],
  ),
  command('set_derogation', { en: 'Keep the server on', fr: 'Garder le serveur allumé' }, [
    choice('day', { en: 'Which day; today unless said', fr: 'Quel jour ; sinon aujourd’hui' }, undefined, {
      today: 'aujourd’hui',
      tomorrow: 'demain',
    }),
    text('hour_start', {
      en: 'From, such as 14 or 14:30; now or 06:00 unless said',
      fr: 'De, par exemple 14 ou 14:30 ; sinon maintenant ou 06:00',
    }),
    text('hour_end', { en: 'To; 12 hours later unless said', fr: 'Jusqu’à ; sinon 12 heures plus tard' }),
  ]),
  command('remove_derogation', { en: 'Take a derogation back', fr: 'Retirer une dérogation' }, [
    {
      ...{ type: optionTypes.integer, name: 'id', required: true, min_value: 1 },
      ...described({ en: 'Its number', fr: 'Son numéro' }),
    },
  ]),
  command('get_my_current_derogations', { en: 'Your derogations', fr: 'Vos dérogations' }, []),
  command('get_total_state', { en: 'What the server used and cost', fr: 'Consommation et coût du serveur' }, [
    choice('period', { en: 'Period; all unless said', fr: 'Période ; sinon toutes' }, undefined, periods),
  ]),
  command('get_my_state', { en: 'What you used, and your share', fr: 'Votre consommation et votre part' }, [
    choice('period', { en: 'Period; all unless said', fr: 'Période ; sinon toutes' }, undefined, ownPeriods),
  ]),
  command('op', { en: 'Make somebody an admin', fr: 'Rendre quelqu’un administrateur' }, [who(true)]),
  command('deop', { en: 'Make an admin a member again', fr: 'Retirer le rôle d’administrateur' }, [
    who(true),
  ]),
  command('power_on', { en: 'Switch the server on now', fr: 'Allumer le serveur maintenant' }, []),
];

function described({ en, fr }: Words): Pick<SlashOption, 'description' | 'description_localizations'> {
  return { description: en, description_localizations: { fr } };
}

function command(name: string, words: Words, options: readonly SlashOption[]): SlashCommand {
  return { type: 1, name, ...described(words), contexts: [0], options };
}

function text(name: string, words: Words, required?: true): SlashOption {
  return { type: optionTypes.text, name, ...described(words), ...(required && { required }), max_length: 32 };
}

function choice(
  name: string,
  words: Words,
  required: true | undefined,
  choices: Readonly<Record<string, string>>,
): SlashOption {
  return {
    ...{ type: optionTypes.text, name, ...described(words), ...(required && { required }) },
    choices: Object.entries(choices).map(([value, fr]) => ({
      name: value,
      name_localizations: { fr },
      value,
    })),
  };
}
