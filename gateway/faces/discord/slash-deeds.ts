import type { AskedCommand } from './bot-protocol.ts';
import { mention } from './refusal-words.ts';
import { sayPowerOn } from './say-power-on.ts';
import { sayState } from './say-state.ts';
import type { Speech } from './speech.ts';

/** What a command of ours answered: of the shape of its schema. */
export type Answer = Readonly<Record<string, unknown>>;

/** A slash command is one command of ours, and words for its answer. */
export interface SlashDeed {
  /** Id of the command. */
  readonly command: string;
  /** All in the channel see the answer; else only who asked. */
  readonly isPublic?: true;
  input(asked: AskedCommand): Readonly<Record<string, unknown>>;
  /** A command that only looks, asked after it where the words need more; what it refuses is left out. */
  readonly also?: { readonly command: string; input(asked: AskedCommand): Answer };
  say(answer: Answer, asked: AskedCommand, speech: Speech, also: Answer | undefined): string;
}

const nameLengthMax = 64;

export const slashDeeds: Readonly<Record<string, SlashDeed>> = {
  hello_you: {
    command: 'member.add',
    input: (asked) => {
      const { user_id: id = '', arrival_date: arrival } = asked.options;
      const name = Array.from(asked.names[String(id)] ?? '')
        .filter((letter) => !/\p{C}/u.test(letter))
        .slice(0, nameLengthMax)
        .join('')
        .trim();
      return { id: String(id), ...(name !== '' && { name }), ...given({ arrival }) };
    },
    say: (answer, asked, { pick, day }) => {
      const who = whoIsMeant(asked);
      const since = day(presenceOf(answer)?.['arrival']);
      return pick({
        en: `Welcome, ${who}! Here since ${since}.`,
        fr: `Bienvenue, ${who} ! Présent depuis le ${since}.`,
      });
    },
  },
  bye_bye: {
    command: 'member.leave',
    input: (asked) => ({ id: String(asked.options['user_id'] ?? asked.user) }),
    say: (answer, asked, { pick, day }) => {
      const who = whoIsMeant(asked);
      const on = presenceOf(answer)?.['leave'];
      if (typeof on !== 'string') return pick({ en: `Goodbye, ${who}.`, fr: `Au revoir, ${who}.` });
      return pick({
        en: `Goodbye, ${who}. From ${day(on)} on nothing is counted any more.`,
        fr: `Au revoir, ${who}. À partir du ${day(on)}, plus rien n’est compté.`,
      });
    },
  },
  change_date: {
    command: 'member.dates',
    input: ({ options }) => ({
      ...{ id: String(options['user_id']), which: options['which'], date: options['date'] },
    }),
    say: (_answer, asked, { pick, day }) => {
      const [who, on] = [whoIsMeant(asked), day(asked.options['date'])];
      return asked.options['which'] === 'leave'
        ? pick({ en: `${who} left on ${on}.`, fr: `Départ de ${who} : le ${on}.` })
        : pick({ en: `${who} arrived on ${on}.`, fr: `Arrivée de ${who} : le ${on}.` });
    },
  },
  set_derogation: {
    command: 'derogation.add',
    input: ({ options }) => ({
      day: options['day'] ?? 'today',
      ...given({ hourStart: options['hour_start'], hourEnd: options['hour_end'] }),
    }),
    say: (answer, _asked, { pick, instant }) => {
      const { id, startMs, endMs } = partOf(answer, 'derogation');
      return pick({
        en: `Derogation ${String(id)}: the server stays on from ${instant(startMs)} to ${instant(endMs)}.`,
        fr: `Dérogation ${String(id)} : le serveur reste allumé de ${instant(startMs)} à ${instant(endMs)}.`,
      });
    },
  },
  remove_derogation: {
    command: 'derogation.remove',
    input: ({ options }) => ({ id: Number(options['id']) }),
    say: (_answer, { options }, { pick }) =>
      pick({
        en: `Derogation ${String(options['id'])} is taken back.`,
        fr: `La dérogation ${String(options['id'])} est retirée.`,
      }),
  },
  get_my_current_derogations: {
    command: 'derogation.list',
    input: ({ user }) => ({ member: user }),
    say: (answer, _asked, { pick, instant }) => {
      const list = (answer['derogations'] ?? []) as readonly Answer[];
      if (list.length === 0) return pick({ en: 'You have no derogation.', fr: 'Tu n’as pas de dérogation.' });
      const lines = list.map(
        ({ id, startMs, endMs }) => `• ${String(id)}: ${instant(startMs)} → ${instant(endMs)}`,
      );
      return [pick({ en: 'Your derogations:', fr: 'Tes dérogations :' }), ...lines].join('\n');
    },
  },
  get_total_state: {
    command: 'stats.show',
    isPublic: true,
    input: ({ options }) => ({ period: options['period'] ?? 'all' }),
    say: (answer, _asked, speech) => sayState(answer, 'server', speech),
  },
  get_my_state: {
    command: 'stats.show',
    input: ({ options, user }) => ({ period: options['period'] ?? 'all', user }),
    say: (answer, _asked, speech) => sayState(answer, 'user', speech),
  },
  op: {
    command: 'member.role',
    input: ({ options }) => ({ id: String(options['user_id']), role: 'admin' }),
    say: (_answer, asked, { pick }) =>
      pick({
        en: `${whoIsMeant(asked)} is an admin now.`,
        fr: `${whoIsMeant(asked)} est maintenant administrateur.`,
      }),
  },
  deop: {
    command: 'member.role',
    input: ({ options }) => ({ id: String(options['user_id']), role: 'member' }),
    say: (_answer, asked, { pick }) =>
      pick({
        en: `${whoIsMeant(asked)} is no admin any more.`,
        fr: `${whoIsMeant(asked)} n’est plus administrateur.`,
      }),
  },
  power_on: {
    command: 'server.on',
    input: () => ({}),
    also: { command: 'derogation.list', input: ({ user }) => ({ member: user }) },
    say: (answer, _asked, speech, also) => sayPowerOn(answer, also, speech),
  },
};

function whoIsMeant(asked: AskedCommand): string {
  return mention(asked.options['user_id'] ?? asked.user);
}

/** Without what was not said. */
function given(values: Answer): Answer {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Of answers that are what was asked for, or an object around it. */
function partOf(answer: Answer, property: string): Answer {
  const part = answer[property];
  return typeof part === 'object' && part !== null ? (part as Answer) : answer;
}

/** The newest stay of the member whom an answer shows. */
function presenceOf(answer: Answer): Answer | undefined {
  return (partOf(answer, 'member')['presences'] as readonly Answer[] | undefined)?.at(-1);
}
