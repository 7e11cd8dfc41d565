import type { AlertFacts, AlertRule, AlertWords, Language } from '../../core/alert.ts';
import type { NotifierMessage } from '../../io/notifiers/notifier.ts';
import type { AlertKind, StoredAlert } from '../../storage/alert-calls.ts';
import type { MessageWriter } from './alert-ports.ts';
import { lastedText, localTimeText, type TimeTelling } from './alert-time.ts';
import type { AlertSpeaker } from './describe-alert.ts';
import { fillWords } from './fill-words.ts';
import { gsmText } from './gsm-text.ts';
import { oneLine, plainLines } from './plain-text.ts';
import { reminderTitles, testWords, unknownRuleWords } from './usual-words.ts';

export interface WriterParts {
  /** Of all that can be told of, by id. */
  readonly rules: () => ReadonlyMap<string, AlertRule>;
  /** Of a notifier. */
  languageOf(notifier: string): Language;
  /** For people. */
  readonly site: string;
  /** IANA. */
  readonly zone: string;
  readonly gatewayId: () => string;
  /** Where the page is, without a slash at its end; undefined: nobody has said. */
  readonly link: string | undefined;
}

interface Said {
  readonly title: string;
  readonly text: string;
  readonly short: string;
}

/** Fewer than one SMS holds. */
const shortSeptetsMax = 159;
const titleLengthMax = 200;

/** Says what was decided, by the words of its rule. The same alert is always said in the same words. */
export class AlertWriter implements MessageWriter, AlertSpeaker {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  write(alert: StoredAlert, { id, notifier }: Parameters<MessageWriter['write']>[1]): NotifierMessage {
    const { site, gatewayId } = this.#parts;
    const language = this.#parts.languageOf(notifier);
    const { kind, severity, rule, subject, episodeMs } = alert;
    const link = this.#linkOf(rule);
    return {
      reference: `egw-${gatewayId()}-${alert.id}-${id}`,
      ...{ kind, severity, rule, subject, language },
      ...this.say(alert, language),
      ...(link !== undefined && { link }),
      atMs: episodeMs,
      site,
    };
  }

  say(alert: StoredAlert, language: Language): Said {
    const { site, zone } = this.#parts;
    const { rule, subject, atMs, episodeMs, notedMs } = alert;
    const telling: TimeTelling = { zone, language, nowMs: notedMs };
    const facts: AlertFacts = {
      rule,
      ...factsOf(alert),
      ...{ site, subject },
      time: localTimeText(episodeMs, telling),
      at: localTimeText(atMs, telling),
      lasted: lastedText(atMs - episodeMs, language),
    };
    const words = sayable(alert.kind, this.#wordsOf(alert, language), language);
    const title = oneLine(fillWords(words.title, facts, telling));
    return {
      // Of what cannot be seen nothing is left.
      title: title === '' ? rule : cut(title),
      text: plainLines(fillWords(words.text, facts, telling)),
      short: gsmText(oneLine(fillWords(words.short, facts, telling)), shortSeptetsMax),
    };
  }

  #wordsOf({ kind, rule }: StoredAlert, language: Language): AlertWords {
    if (kind === 'test') return testWords[language];
    return (this.#parts.rules().get(rule)?.words ?? unknownRuleWords)[language];
  }

  #linkOf(rule: string): string | undefined {
    const { link, rules } = this.#parts;
    return link === undefined ? undefined : `${link}/${rules().get(rule)?.page ?? ''}`;
  }
}

/** What is said of this kind, with its places. */
function sayable(kind: AlertKind, words: AlertWords, language: Language): Said {
  if (kind === 'recovered') {
    return { title: words.recoveredTitle, text: words.recoveredText, short: words.recoveredShort };
  }
  const { title, text, short } = words;
  if (kind !== 'reminder') return { title, text, short };
  const prefix = reminderTitles[language];
  return { title: `${prefix}${title}`, text, short: `${prefix}${short}` };
}

function cut(title: string): string {
  const characters = Array.from(title);
  if (characters.length <= titleLengthMax) return title;
  return `${characters
    .slice(0, titleLengthMax - 1)
    .join('')
    .trimEnd()}…`;
}

/** What was stored by an older or newer gateway may be anything. */
function factsOf({ facts }: StoredAlert): AlertFacts {
  try {
    const parsed: unknown = JSON.parse(facts);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? Object.fromEntries(Object.entries(parsed).filter(([, fact]) => isFact(fact)))
      : {};
  } catch {
    return {};
  }
}

function isFact(fact: unknown): boolean {
  return fact === null || typeof fact === 'string' || typeof fact === 'number';
}
