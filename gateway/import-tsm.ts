import { parseArgs } from 'node:util';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import { limits } from './core/limits.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { formatValue } from './faces/cli/format-value.ts';
import { createGatewayClient } from './faces/cli/gateway-client.ts';
import type { TsmLeft, TsmTaken } from './features/imports/tsm-tally.ts';
import { askGateway } from './import-asking.ts';
import { readTsm } from './io/imports/tsm/read-tsm.ts';
import type { TsmContents } from './io/imports/tsm/tsm-contents.ts';

type Call = Parameters<OfflineCommand['run']>[0];

const usage = 'egw import tsm FILE; see egw help import tsm';
const answerMsMax = 120_000;
const shownMax = 200;
const words: Readonly<Record<keyof TsmTaken['added'], string>> = {
  colours: 'colours of days',
  prices: 'prices of seasons',
  stretches: 'stretches of energy',
  members: 'members',
  presences: 'presences',
  derogations: 'derogations',
  statements: 'statements',
};

/**
 * Reads a database of TSM here, as the user who asks, and sends what it says to the gateway. The file stays as it is.
 * Answers the exit code. Errors: `input_invalid` for another file, `limit_reached`, and those of the client.
 */
export async function runTsmImport({ argv, environment, io, json }: Call): Promise<number> {
  const { path, isDryRun, url, token } = readOptions(argv);
  const { refused, remarks, ...contents } = readTsm(path);
  assertFits(path, contents);
  const client = createGatewayClient({ url, token }, environment);
  const body = { dryRun: isDryRun, ...contents };
  const taken = (await askGateway(client, { path: '/api/v1/import/tsm', body, answerMsMax })) as TsmTaken;
  const whole: TsmTaken = {
    ...taken,
    refused: [...refused, ...taken.refused],
    remarks: [...remarks, ...taken.remarks],
  };
  io.stdout.write(json ? `${JSON.stringify({ dryRun: isDryRun, ...whole })}\n` : takenText(whole, isDryRun));
  const isNothing = whole.known === 0 && Object.values(whole.added).every((count) => count === 0);
  return isNothing ? exitCodes.not_found : exitCodes.ok;
}

function readOptions(argv: readonly string[]): {
  readonly path: string;
  readonly isDryRun: boolean;
  readonly url: string | undefined;
  readonly token: string | undefined;
} {
  let given;
  try {
    const options = {
      'dry-run': { type: 'boolean' as const },
      url: { type: 'string' as const },
      token: { type: 'string' as const },
    };
    given = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), { hint: usage, cause });
  }
  const [path, more] = given.positionals;
  if (path === undefined) throw new GatewayError('command_unknown', 'FILE is missing', { hint: usage });
  if (more !== undefined)
    throw new GatewayError('command_unknown', `${JSON.stringify(more)} is too much`, { hint: usage });
  const { 'dry-run': isDryRun = false, url, token } = given.values;
  return { path, isDryRun, url, token };
}

function assertFits(path: string, { stretches, colours, derogations }: Partial<TsmContents>): void {
  const counts = [
    [stretches?.length ?? 0, limits.tsmStretchesMax, 'stretches of energy'],
    [colours?.length ?? 0, limits.tempoDaysMax, 'days'],
    [derogations?.length ?? 0, limits.derogationsMax, 'derogations'],
  ] as const;
  for (const [count, max, what] of counts)
    if (count > max)
      throw new GatewayError('limit_reached', `${path} has ${count} ${what}; ${max} are taken at most`);
}

/** For people. */
function takenText({ added, known, refused, remarks }: TsmTaken, isDryRun: boolean): string {
  const counts = Object.entries(words).flatMap(([subject, what]) => {
    const count = added[subject as keyof typeof added];
    return count === 0 ? [] : [`${count} ${what}`];
  });
  const lines = [
    counts.length === 0 ? 'nothing is new' : `${isDryRun ? 'would be added' : 'added'}: ${counts.join(', ')}`,
  ];
  if (known > 0) lines.push(`${known} are there already`);
  lines.push(...remarks);
  if (refused.length > 0) lines.push('left out:', ...refused.slice(0, shownMax).map(leftLine));
  if (refused.length > shownMax) lines.push(`  and ${refused.length - shownMax} more: --json shows all`);
  if (isDryRun) lines.push('this was a dry run: nothing was changed');
  return `${lines.map((line) => formatValue(line)).join('\n')}\n`;
}

function leftLine({ where, why }: TsmLeft): string {
  return `  ${where}: ${why}`;
}
