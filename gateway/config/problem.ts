import { GatewayError } from '../core/errors.ts';
import { formatPath } from './path.ts';
import type { ConfigPath } from './path.ts';

/** One thing that is wrong with the configuration. It never holds a secret. */
export interface ConfigProblem {
  readonly path: ConfigPath;
  /** Where it was said: `line 4`, `EGW_PORT`, `--port`; undefined when nowhere. */
  readonly where: string | undefined;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** One line for people: `line 4: http.port must be an integer, not "x" (give a number)`. */
export function formatProblem(problem: ConfigProblem): string {
  const where = problem.where === undefined ? '' : `${problem.where}: `;
  const path = problem.path.length === 0 ? '' : `${formatPath(problem.path)} `;
  return `${where}${path}${problem.message} (${problem.hint})`;
}

/** Problems that the error's message spells out; `problems` has all. */
const shownMax = 100;

/** `config_invalid` with every problem, not only the first. */
export class ConfigInvalidError extends GatewayError {
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const shown = problems.slice(0, shownMax).map(formatProblem);
    const more = problems.length > shownMax ? [`and ${problems.length - shownMax} more`] : [];
    super('config_invalid', `${source} has ${count}: ${[...shown, ...more].join('; ')}`, {
      facts: { problems: problems.length },
    });
    this.problems = problems;
  }
}
