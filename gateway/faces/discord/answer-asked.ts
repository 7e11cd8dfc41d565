import type { Language } from '../../core/alert.ts';
import { Allowance } from '../../core/allowance.ts';
import type { Clock } from '../../core/clock.ts';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import type { CommandCall, Principal, Scope } from '../../features/command.ts';
import type { Dispatcher } from '../commands/dispatcher.ts';
import { createRateLimits, defaultRates, rateClassOf, type RateLimits } from '../rest/rate-limits.ts';
import type { AskedCommand, BotRequest } from './bot-protocol.ts';
import { refusalText } from './refusal-words.ts';
import { slashDeeds, type Answer, type SlashDeed } from './slash-deeds.ts';
import { languageOf, speechIn, type Speech } from './speech.ts';

export interface AnswerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dispatcher: () => Pick<Dispatcher, 'dispatch' | 'declarationOf'>;
  readonly ask: (request: BotRequest, msMax: number) => Promise<unknown>;
}

export interface AnswerSettings {
  readonly guild: string;
  /** Always an admin, member or not. */
  readonly firstAdmin: string | undefined;
  /** Where neither who asks nor the guild says one that we speak. */
  readonly language: Language;
}

type Standing = 'member' | 'admin' | 'not-a-member' | 'has-left';

interface KnownMember {
  readonly id: string;
  readonly role: 'member' | 'admin';
  readonly isPresent: boolean;
}

/** Discord shows its own refusal after 3 s. */
const acknowledgeMsMax = 3_000;
const answerMsMax = 30_000;
const contentLengthMax = 2_000;
const underWayMax = 20;
/** Beyond, Discord itself tells who asks that nothing came: words for all would come too late for any. */
const saidToMax = 100;
/** Answers that did not arrive, in the log. */
const unansweredLines = { atOnceMax: 10, perSecond: 1 / 60 };
/** An interaction that comes again is of the last minutes. */
const seenMax = 2_000;
/** People ask for what takes an admin as often as for the rest: a new guild is welcomed in one go. */
const spokenRate = { perSecond: 1, burst: limits.spokenBurst };
const spokenRates = { read: defaultRates.read, control: spokenRate, admin: spokenRate };
const scopesOf: Readonly<Record<Standing, readonly Scope[]>> = {
  'not-a-member': [],
  'has-left': [],
  member: ['read', 'control'],
  admin: ['read', 'control', 'admin'],
};

/**
 * Answers slash commands: who asks, whether he may, that it is being worked on, what became of it. Nothing is done
 * before Discord has taken the acknowledgement, so that nothing happens of which somebody was told that it failed, nor
 * twice. Never throws.
 */
export class AskedAnswers {
  readonly #settings: AnswerSettings;
  readonly #ports: AnswerPorts;
  readonly #rates: RateLimits;
  readonly #seen = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  readonly #lines: Allowance;
  answered = 0;
  refused = 0;
  failed = 0;

  constructor(settings: AnswerSettings, ports: AnswerPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#rates = createRateLimits(ports.clock, spokenRates);
    this.#lines = new Allowance(ports.clock, unansweredLines);
  }

  take(asked: AskedCommand): void {
    if (this.#seen.has(asked.id) || this.#ending.signal.aborted) return;
    this.#seen.add(asked.id);
    const [oldest] = this.#seen;
    if (this.#seen.size > seenMax && oldest !== undefined) this.#seen.delete(oldest);
    if (this.#underWay.size >= saidToMax) {
      this.#unanswered(asked, 'too much at once');
      return;
    }
    const speech = speechIn(languageOf(asked, this.#settings.language));
    const done = this.#handle(asked, speech)
      .catch((error: unknown) => this.#unanswered(asked, describeError(error)))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** Waits for what is under way, which is told to end. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#underWay);
  }

  #unanswered({ command }: AskedCommand, reason: string): void {
    this.failed += 1;
    const { failed } = this;
    if (this.#lines.take()) this.#ports.logger.warn({ command, reason, failed }, 'not answered on Discord');
  }

  async #handle(asked: AskedCommand, speech: Speech): Promise<void> {
    const deed = Object.hasOwn(slashDeeds, asked.command) ? slashDeeds[asked.command] : undefined;
    const admitted = await this.#admit(asked, deed, speech).catch((error: unknown) =>
      refusalText(error, speech),
    );
    const isRefused = typeof admitted === 'string';
    const isPrivate = isRefused || admitted.deed.isPublic !== true;
    await this.#ports.ask({ does: 'acknowledge', interaction: asked.id, isPrivate }, acknowledgeMsMax);
    const content = isRefused ? admitted : await this.#perform(asked, admitted, speech);
    if (isRefused) this.refused += 1;
    await this.#ports.ask({ does: 'answer', interaction: asked.id, content: cut(content) }, answerMsMax);
    this.answered += 1;
  }

  /** Who asks and what; or why not, in words. */
  async #admit(asked: AskedCommand, deed: SlashDeed | undefined, speech: Speech): Promise<Admitted | string> {
    const { guild } = this.#settings;
    if (asked.guild === null) return speech.pick(admissionWords['direct-message']);
    if (asked.guild !== guild) return speech.pick(admissionWords['other-guild']);
    if (deed === undefined) return speech.pick(admissionWords['unknown-command']);
    if (this.#underWay.size > underWayMax) return speech.pick(admissionWords['too-much']);
    const declaration = this.#ports.dispatcher().declarationOf(deed.command);
    if (declaration === undefined) return speech.pick(admissionWords['unknown-command']);
    const role = await this.#roleOf(asked.user);
    const principal: Principal = {
      kind: 'member',
      id: `member:${asked.user}`,
      scopes: new Set(scopesOf[role]),
    };
    if (role === 'not-a-member' || role === 'has-left') {
      // Refused there, so that it is written down who tried.
      await this.#dispatch(deed.command, deed.input(asked), principal).catch(() => undefined);
      return speech.pick(admissionWords[role]);
    }
    this.#rates.take(principal, rateClassOf(declaration.http.method, declaration.scope));
    return { deed, principal };
  }

  async #perform(asked: AskedCommand, { deed, principal }: Admitted, speech: Speech): Promise<string> {
    try {
      const answer = await this.#dispatch(deed.command, deed.input(asked), principal);
      const { also } = deed;
      const more =
        also && (await this.#dispatch(also.command, also.input(asked), principal).catch(() => undefined));
      return deed.say(answer, asked, speech, more);
    } catch (error) {
      this.refused += 1;
      this.#ports.logger.info(
        { command: asked.command, code: errorCodeOf(error) ?? 'unexpected', reason: describeError(error) },
        'refused on Discord',
      );
      return refusalText(error, speech);
    }
  }

  async #roleOf(user: string): Promise<Standing> {
    if (user === this.#settings.firstAdmin) return 'admin';
    const answer = await this.#dispatch(
      'member.list',
      {},
      {
        ...{ kind: 'member', id: 'member:bot', scopes: new Set<Scope>(['read']) },
      },
    );
    const found = (answer['members'] as readonly KnownMember[]).find(({ id }) => id === user);
    if (found === undefined) return 'not-a-member';
    return found.isPresent ? found.role : 'has-left';
  }

  async #dispatch(id: string, input: unknown, principal: Principal): Promise<Answer> {
    const call: CommandCall = { principal, signal: this.#ending.signal, origin: 'Discord' };
    return (await this.#ports.dispatcher().dispatch(id, input, call)) as Answer;
  }
}

interface Admitted {
  readonly deed: SlashDeed;
  readonly principal: Principal;
}

const admissionWords = {
  'direct-message': {
    en: 'I answer on the server (guild) only, not in direct messages.',
    fr: 'Je réponds seulement sur le serveur Discord, pas en message privé.',
  },
  'other-guild': {
    en: 'I belong to another Discord server, and answer there only.',
    fr: 'J’appartiens à un autre serveur Discord, et ne réponds que là-bas.',
  },
  'not-a-member': {
    en: 'You are not a member of the server. Ask an admin for /hello_you.',
    fr: 'Tu n’es pas membre du serveur. Demande un /hello_you à un administrateur.',
  },
  'has-left': {
    en: 'You have left the server. To come back, ask an admin for /hello_you.',
    fr: 'Tu as quitté le serveur. Pour revenir, demande un /hello_you à un administrateur.',
  },
  'unknown-command': {
    en: 'I do not know that command.',
    fr: 'Je ne connais pas cette commande.',
  },
  'too-much': { en: 'Too much at once. Try again soon.', fr: 'Trop à la fois. Réessaie bientôt.' },
} as const;

/** What fits into one message, whole lines where there are several. */
function cut(content: string): string {
  if (content.length <= contentLengthMax) return content;
  const short = content.slice(0, contentLengthMax - 2);
  const lineEnd = short.lastIndexOf('\n');
  return `${lineEnd > 0 ? short.slice(0, lineEnd) : short}\n…`;
}
