import { GatewayError } from '../../core/errors.ts';
import type { CliRun } from './cli-run.ts';
import { exitCodeOf, exitCodes, isUsageCode } from '../../core/exit-codes.ts';
import { ownWords, type UsageProblem } from './command-line.ts';
import { exitCodeOfStatus } from './status-exit-code.ts';
import { formatValue } from './format-value.ts';
import type { ClientAnswer } from './gateway-client.ts';

interface Report {
  readonly exitCode: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string | undefined;
}

/** The command line itself is wrong. */
export function reportUsage(run: CliRun, { message, hint }: UsageProblem): number {
  return report(run, { exitCode: exitCodes.usage, detail: message, code: 'usage', hint });
}

/** The gateway answered with a problem. */
export function reportRefusal(run: CliRun, { status, body }: ClientAnswer): number {
  const { detail, code, hint } = (body ?? {}) as { detail?: unknown; code?: unknown; hint?: unknown };
  return report(run, {
    exitCode: isUsageCode(code) ? exitCodes.usage : exitCodeOfStatus(status),
    detail: typeof detail === 'string' ? detail : `the gateway answered ${status}`,
    code: typeof code === 'string' ? code : 'internal_error',
    hint: typeof hint === 'string' ? hint : undefined,
  });
}

/** It did not come to an answer. */
export function reportError(run: CliRun, error: unknown): number {
  if (error instanceof GatewayError) {
    const { message, code, hint } = error;
    return report(run, { exitCode: exitCodeOf(error), detail: message, code, hint });
  }
  return report(run, {
    exitCode: exitCodes.unexpected,
    detail: error instanceof Error ? error.message : String(error),
    code: 'internal_error',
    hint: 'this is a fault of the program; please report it',
  });
}

function report({ io, argv }: CliRun, problem: Report): number {
  const { detail, hint, exitCode } = problem;
  const text = `egw: ${formatValue(detail)}${hint === undefined ? '' : ` (${formatValue(hint)})`}`;
  io.stderr.write(ownWords(argv).includes('--json') ? `${JSON.stringify(problem)}\n` : `${text}\n`);
  return exitCode;
}
