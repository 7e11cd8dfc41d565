import type { Language } from '../../core/alert.ts';
import { describeError, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { Speech } from './speech.ts';

type Facts = GatewayError['facts'];
type Words = Readonly<Record<Language, string>>;

/** What is said for each `facts.reason`, with the facts of its error. */
export const refusalWords: Readonly<Record<string, (facts: Facts, speech: Speech) => Words>> = {
  'admin-only': () => ({
    en: 'Only an admin may do that. Ask one.',
    fr: 'Seul un administrateur peut faire cela. Demande à l’un d’eux.',
  }),
  'already-present': ({ arrival }, { day }) => ({
    en: `Already here, since ${day(arrival)}. /change_date corrects that day.`,
    fr: `Déjà présent depuis le ${day(arrival)}. /change_date corrige ce jour.`,
  }),
  'date-in-the-future': (facts, { day }) => ({
    en: `${day(facts['day'])} is in the future. Give today or an earlier day: YYYY-MM-DD.`,
    fr: `Le ${day(facts['day'])} est dans le futur. Donne aujourd’hui ou un jour passé : AAAA-MM-JJ.`,
  }),
  'date-unreadable': ({ given }, { name }) => ({
    en: `“${name(given)}” is no date. Write it as YYYY-MM-DD, such as 2026-01-13.`,
    fr: `« ${name(given)} » n’est pas une date. Écris AAAA-MM-JJ, par exemple 2026-01-13.`,
  }),
  'day-not-red': (facts, { day, language }) => ({
    en: `Not needed: ${day(facts['day'])} ${notRed(facts['colour'], language)}, so the server stays on.`,
    fr: `Inutile : le ${day(facts['day'])} ${notRed(facts['colour'], language)}, le serveur reste allumé.`,
  }),
  'days-unpriced': () => ({
    en: 'Some days of that year have no known price yet. An admin sees which in the gateway.',
    fr: 'Certains jours de cette année n’ont pas encore de prix connu. Un administrateur les voit dans la passerelle.',
  }),
  'derogation-overlaps': ({ id, startMs, endMs }, { instant }) => ({
    en: `You have derogation ${id} then, from ${instant(startMs)} to ${instant(endMs)}.`,
    fr: `Tu as déjà la dérogation ${id}, de ${instant(startMs)} à ${instant(endMs)}.`,
  }),
  'derogation-over': ({ id, endMs }, { instant }) => ({
    en: `Derogation ${id} was over at ${instant(endMs)}. Only an admin may take it back now.`,
    fr: `La dérogation ${id} a pris fin ${instant(endMs)}. Seul un administrateur peut encore la retirer.`,
  }),
  'end-before-start': ({ startMs, endMs }, { instant }) => ({
    en: `It would end (${instant(endMs)}) before it starts (${instant(startMs)}). Hours are of one date, up to 24.`,
    fr: `La fin (${instant(endMs)}) serait avant le début (${instant(startMs)}). Les heures sont d’une même date, jusqu’à 24.`,
  }),
  'first-admin': () => ({
    en: 'That is the first admin, named in the configuration: only that can change it.',
    fr: 'C’est le premier administrateur, nommé dans la configuration : elle seule peut le changer.',
  }),
  'hour-not-there': () => ({
    en: 'That hour does not exist: the clocks go forward then. Give 03:00 or a later hour.',
    fr: 'Cette heure n’existe pas : on passe à l’heure d’été. Donne 03:00 ou plus tard.',
  }),
  'hour-unreadable': ({ given }, { name }) => ({
    en: `“${name(given)}” is no hour. Write 14, 14h or 14:30, from 0 to 24.`,
    fr: `« ${name(given)} » n’est pas une heure. Écris 14, 14h ou 14:30, de 0 à 24.`,
  }),
  'in-the-past': () => ({
    en: 'That is over already. Leave the hour out to begin now, or give a later one.',
    fr: 'C’est déjà passé. Sans heure, cela commence maintenant ; sinon donne une heure à venir.',
  }),
  'last-admin': () => ({
    en: 'That is the last admin. Make somebody else one first, with /op.',
    fr: 'C’est le dernier administrateur. Nommes-en d’abord un autre, avec /op.',
  }),
  'leave-before-arrival': ({ arrival, leave }, { day }) => ({
    en: `Leaving on ${day(leave)} would be before arriving on ${day(arrival)}.`,
    fr: `Un départ le ${day(leave)} serait avant l’arrivée, le ${day(arrival)}.`,
  }),
  'member-needed': () => ({ en: 'Say who it is for.', fr: 'Dis pour qui.' }),
  'name-unreadable': () => ({
    en: 'That name holds characters that cannot be seen. Type it anew, on one line.',
    fr: 'Ce nom contient des caractères invisibles. Retape-le, sur une seule ligne.',
  }),
  'not-on-the-server': ({ member }) => ({
    en: `${mention(member)} is not on this Discord server. Invite them first.`,
    fr: `${mention(member)} n’est pas sur ce serveur Discord. Invite d’abord cette personne.`,
  }),
  'not-present': ({ member }) => ({
    en: `${mention(member)} is not among the members at that time. An admin lets somebody in with /hello_you.`,
    fr: `${mention(member)} n’est pas parmi les membres à ce moment. Un administrateur accueille avec /hello_you.`,
  }),
  'not-your-derogation': ({ id }) => ({
    en: `Derogation ${id} is not yours. Ask its owner, or an admin.`,
    fr: `La dérogation ${id} n’est pas la tienne. Demande à son auteur, ou à un administrateur.`,
  }),
  'not-yourself': () => ({
    en: 'You may do that for yourself only. For somebody else, ask an admin.',
    fr: 'Tu ne peux faire cela que pour toi. Pour quelqu’un d’autre, demande à un administrateur.',
  }),
  'no-server': () => ({
    en: 'No server is configured on the gateway.',
    fr: 'Aucun serveur n’est configuré sur la passerelle.',
  }),
  'no-switch': () => ({
    en: 'The gateway has no means to switch the server.',
    fr: 'La passerelle n’a aucun moyen d’allumer ou d’éteindre le serveur.',
  }),
  'nothing-metered': () => ({
    en: 'Nothing was metered in that time.',
    fr: 'Rien n’a été compté pendant ce temps.',
  }),
  'on-battery': () => ({
    en: 'The power is out and the server was shut down: it comes back with the mains.',
    fr: 'Le courant est coupé et le serveur a été arrêté : il revient avec le secteur.',
  }),
  'presence-overlaps': ({ arrival, leave }, speech) => ({
    en: `That overlaps with a stay from ${speech.day(arrival)} to ${until(leave, speech)}.`,
    fr: `Cela chevauche un séjour du ${speech.day(arrival)} au ${until(leave, speech)}.`,
  }),
  'switch-cannot': () => ({
    en: 'The switch of the server cannot do that.',
    fr: 'L’interrupteur du serveur ne sait pas faire cela.',
  }),
  'switch-unusable': () => ({
    en: 'The switch of the server is not configured rightly. Tell whoever looks after the gateway.',
    fr: 'L’interrupteur du serveur est mal configuré. Préviens la personne qui s’occupe de la passerelle.',
  }),
  'time-not-known': () => ({
    en: 'The gateway does not know what time it is. Try again later.',
    fr: 'La passerelle ne sait pas quelle heure il est. Réessaie plus tard.',
  }),
  'too-far-ahead': (facts, { day }) => ({
    en: `${day(facts['day'])} is more than a year away. Ask nearer to that day.`,
    fr: `Le ${day(facts['day'])} est dans plus d’un an. Demande plus près de ce jour.`,
  }),
  'too-late-to-remove': ({ untilMs }, { instant }) => ({
    en: `Too late: it could be taken back until ${instant(untilMs)}. An admin still may.`,
    fr: `Trop tard : elle pouvait être retirée jusqu’à ${instant(untilMs)}. Un administrateur le peut encore.`,
  }),
  'too-many': ({ max }) => ({
    en: `That is too many: at most ${max}. Take some back first.`,
    fr: `C’est trop : au plus ${max}. Retires-en d’abord.`,
  }),
  'unknown-derogation': ({ id }) => ({
    en: `There is no derogation ${id} that holds. /get_my_current_derogations shows yours.`,
    fr: `Il n’y a pas de dérogation ${id} en cours. /get_my_current_derogations montre les tiennes.`,
  }),
  'unknown-statement': () => ({
    en: 'There is no such statement.',
    fr: 'Ce décompte n’existe pas.',
  }),
  'year-to-come': () => ({
    en: 'That year has not begun yet.',
    fr: 'Cette année n’a pas encore commencé.',
  }),
  'unknown-member': ({ member }) => ({
    en: `${mention(member)} is not a member. An admin lets somebody in with /hello_you.`,
    fr: `${mention(member)} n’est pas membre. Un administrateur accueille avec /hello_you.`,
  }),
};

/** Where an error has no reason: what its code means for who asked. */
const codeWords: Partial<Readonly<Record<ErrorCode, Words>>> = {
  already_exists: { en: 'That is there already.', fr: 'Cela existe déjà.' },
  clock_untrusted: {
    en: 'The gateway does not know what time it is. Try again later.',
    fr: 'La passerelle ne sait pas quelle heure il est. Réessaie plus tard.',
  },
  config_invalid: {
    en: 'That is not configured on the gateway.',
    fr: 'Cela n’est pas configuré sur la passerelle.',
  },
  forbidden: { en: 'You may not do that.', fr: 'Tu n’as pas le droit de faire cela.' },
  input_invalid: {
    en: 'The gateway does not accept that.',
    fr: 'La passerelle n’accepte pas cela.',
  },
  limit_reached: { en: 'That is too many.', fr: 'C’est trop.' },
  not_found: { en: 'There is no such thing.', fr: 'Cela n’existe pas.' },
  queue_full: { en: 'Too much at once. Try again soon.', fr: 'Trop à la fois. Réessaie bientôt.' },
};

const unspecified: Words = {
  en: 'That did not work. Try again; if it repeats, tell whoever looks after the gateway.',
  fr: 'Cela n’a pas marché. Réessaie ; sinon, préviens la personne qui s’occupe de la passerelle.',
};

function tooOften(seconds: unknown): Words {
  const s = Math.max(2, Number(seconds) || 60);
  return { en: `Too often. Try again in ${s} seconds.`, fr: `Trop souvent. Réessaie dans ${s} secondes.` };
}

/** Why it was not done, for whoever asked. What is not our own words is said only in English, where he reads it. */
export function refusalText(error: unknown, speech: Speech): string {
  if (!(error instanceof GatewayError)) return speech.pick(unspecified);
  if (error.code === 'rate_limited') return speech.pick(tooOften(error.facts['retryAfterSeconds']));
  const reason = error.facts['scope'] === 'admin' ? 'admin-only' : error.facts['reason'];
  const words = typeof reason === 'string' ? refusalWords[reason] : undefined;
  if (words !== undefined) return speech.pick(words(error.facts, speech));
  const general = speech.pick(codeWords[error.code] ?? unspecified);
  return speech.language === 'en' ? `${general} (${plainText(describeError(error))})` : general;
}

function plainText(text: string): string {
  return text
    .replaceAll(/[*~`|<@]/g, '')
    .replaceAll('_', String.raw`\_`)
    .slice(0, 300);
}

/** Shown by its name there, and nobody is told of it: our messages mention nobody. */
export function mention(id: unknown): string {
  return /^\d{15,20}$/.test(String(id)) ? `<@${String(id)}>` : String(id).slice(0, 20);
}

function until(leave: unknown, { day, pick }: Speech): string {
  return leave === 'now' ? pick({ en: 'now', fr: 'maintenant' }) : day(leave);
}

function notRed(colour: unknown, language: Language): string {
  const names: Readonly<Record<string, Words>> = {
    blue: { en: 'is blue', fr: 'est bleu' },
    white: { en: 'is white', fr: 'est blanc' },
  };
  return (
    names[String(colour)]?.[language] ?? (language === 'fr' ? 'ne peut pas être rouge' : 'cannot be red')
  );
}
