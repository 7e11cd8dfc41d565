import type { SectionProblem } from '../../config/section.ts';
import { suggestName } from '../../core/nearest.ts';
import { checkRule, type KnownNames } from './rule-checks.ts';
import type { WrittenRule } from './written-rule.ts';

interface Written {
  readonly link?: string;
  readonly quietHours?: { readonly from: string; readonly to: string };
  readonly notifiers?: readonly string[];
  readonly rules?: readonly (WrittenRule | null)[];
}

/** What no schema can say of the section. Rules that have not passed it are null. */
export function alertProblems(
  section: unknown,
  root: Readonly<Record<string, unknown>>,
): readonly SectionProblem[] {
  const { link, quietHours, notifiers = [], rules = [] } = section as Written;
  const names = namesIn(root);
  return [
    ...linkProblems(link),
    ...quietProblems(quietHours),
    ...notifiers.flatMap((id, index) => notifierProblems(id, ['notifiers', index], names)),
    ...rules.flatMap((rule, index) => ruleProblems(rules, index, rule, names)),
  ];
}

function linkProblems(link: string | undefined): readonly SectionProblem[] {
  if (link === undefined) return [];
  const url = URL.parse(link);
  const isWeb = url !== null && ['http:', 'https:'].includes(url.protocol);
  // What is secret in it would go to everyone who gets a message.
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isWeb && isPlain && !/[\s#?]/.test(link)) return [];
  const message = 'must be an http:// or https:// address without a password, ? and #';
  return [{ path: ['link'], message, hint: 'give the address of the page, such as https://egw.home:8443' }];
}

function quietProblems(quietHours: Written['quietHours']): readonly SectionProblem[] {
  if (quietHours === undefined || quietHours.from !== quietHours.to) return [];
  const hint = 'leave quietHours out for none; set enabled: false of rules that nobody wants';
  return [{ path: ['quietHours', 'to'], message: 'must differ from quietHours.from', hint }];
}

function ruleProblems(
  rules: Written['rules'] & object,
  index: number,
  rule: WrittenRule | null,
  names: KnownNames,
): readonly SectionProblem[] {
  if (rule === null) return [];
  const own = checkRule(rule, names);
  const notifiers = (rule.notifiers ?? []).flatMap((id, at) =>
    notifierProblems(id, ['notifiers', at], names),
  );
  const isSecond = rules.slice(0, index).some((other) => other?.id === rule.id);
  const twice = {
    path: ['id'],
    message: 'must be there once',
    hint: 'put what is said of a rule into one item',
  };
  const problems = [...(isSecond ? [twice] : []), ...own, ...notifiers];
  return problems.map((problem) => ({ ...problem, path: ['rules', index, ...problem.path] }));
}

function notifierProblems(
  id: string,
  path: SectionProblem['path'],
  { notifiers }: KnownNames,
): readonly SectionProblem[] {
  if (notifiers.includes(id)) return [];
  const hint = notifiers.length === 0 ? 'none is configured under notifiers' : suggestName(id, notifiers);
  return [{ path, message: 'must be the id of a notifier', hint }];
}

function namesIn(root: Readonly<Record<string, unknown>>): KnownNames {
  const idsOf = (key: string): readonly string[] => {
    const items = root[key];
    if (!Array.isArray(items)) return [];
    const ids = (items as readonly unknown[]).map((item) => (item as { readonly id?: unknown } | null)?.id);
    return ids.filter((id) => typeof id === 'string');
  };
  return { devices: idsOf('devices'), sources: idsOf('sources'), notifiers: idsOf('notifiers') };
}
