import type { AlertRule } from '../../core/alert.ts';
import { parseDurationMs } from '../../core/duration.ts';
import { cooldownMsDefault, type AlertsSettings } from './alerts-section.ts';
import { builtInRuleIds } from './built-in-rules.ts';
import type { ListedRule } from './listed-rule.ts';
import { conditionOf, type RuleCondition } from './rule-condition.ts';
import { healthWords, readingWords, silentWords, stateWords, withOwnWords } from './rule-words.ts';
import type { WrittenRule } from './written-rule.ts';

/** Every rule: those that features bring, as they are set, then those of the configuration, also those left out. */
export function listRules(declared: readonly AlertRule[], settings: AlertsSettings): readonly ListedRule[] {
  const builtIn = [...declared, silentRule(settings)].map((rule) => setRule(rule, settings));
  const own = settings.rules
    .filter(({ id }) => !builtInRuleIds.includes(id))
    .flatMap((written) => ownRule(written));
  const known = new Set([...builtIn, ...own].map(({ rule }) => rule.id));
  const leftOut = settings.leftOut
    .filter(({ id }) => id === undefined || !builtIn.some(({ rule }) => rule.id === id))
    .map(({ index, id, reason }) =>
      leftOutRule(id === undefined || known.has(id) ? `rules[${index}]` : id, reason),
    );
  return [...builtIn, ...own, ...leftOut];
}

/** Those that are looked at, or would be if they were switched on. */
export function rulesInForce(rules: readonly ListedRule[]): readonly AlertRule[] {
  return rules
    .filter(({ origin, problem }) => origin === 'built-in' || problem === undefined)
    .map(({ rule }) => rule);
}

function setRule(rule: AlertRule, { rules, leftOut }: AlertsSettings): ListedRule {
  const written = rules.find(({ id }) => id === rule.id);
  return {
    rule: written === undefined ? rule : overridden(rule, written),
    origin: 'built-in',
    condition: undefined,
    notifiers: written?.notifiers,
    problem: leftOut.find(({ id }) => id === rule.id)?.reason,
  };
}

function ownRule(written: WrittenRule): readonly ListedRule[] {
  const condition = conditionOf(written);
  if (condition === undefined) return [];
  const { id, title, text, notifiers } = written;
  const usual: AlertRule = {
    id,
    severity: 'warning',
    isEnabled: true,
    forMs: 0,
    cooldownMs: cooldownMsDefault,
    repeatMs: undefined,
    tellsRecovery: true,
    words: withOwnWords(wordsOf(condition), { title, text }),
    page: undefined,
  };
  return [{ rule: overridden(usual, written), origin: 'own', condition, notifiers, problem: undefined }];
}

function overridden(rule: AlertRule, written: WrittenRule): AlertRule {
  return {
    ...rule,
    severity: written.severity ?? rule.severity,
    isEnabled: written.enabled ?? rule.isEnabled,
    forMs: msOf(written.for) ?? rule.forMs,
    cooldownMs: msOf(written.cooldown) ?? rule.cooldownMs,
    repeatMs: msOf(written.repeat) ?? rule.repeatMs,
    tellsRecovery: written.recovered ?? rule.tellsRecovery,
  };
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(text);
}

function wordsOf(condition: RuleCondition): AlertRule['words'] {
  if (condition.kind === 'reading') return readingWords(condition.test);
  return { state: stateWords, health: healthWords, silent: silentWords }[condition.kind];
}

/** Of every source and device. */
function silentRule({ silent }: AlertsSettings): AlertRule {
  return {
    id: 'silent',
    severity: 'warning',
    isEnabled: silent.isEnabled,
    forMs: silent.forMs,
    cooldownMs: cooldownMsDefault,
    repeatMs: undefined,
    tellsRecovery: true,
    words: silentWords,
    page: undefined,
  };
}

/** What is wrong with it is told in its place. */
function leftOutRule(id: string, problem: string): ListedRule {
  const words = { title: id, text: id, short: id, recoveredTitle: id, recoveredText: id, recoveredShort: id };
  const rule: AlertRule = {
    id,
    severity: 'warning',
    isEnabled: false,
    ...{ forMs: 0, cooldownMs: 0, repeatMs: undefined, tellsRecovery: false, page: undefined },
    words: { en: words, fr: words },
  };
  return { rule, origin: 'own', condition: undefined, notifiers: undefined, problem };
}
