import { parseArgs } from 'node:util';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { electricityMapsZones } from './io/sources/index.ts';

/** Zones of the grid, of which a part of the code or of the name is FILTER. */
export const gridZones: OfflineCommand = {
  verb: 'grid zones',
  summary: 'The zones of the grid that Electricity Maps knows',
  usage: '[FILTER]',
  run: ({ argv, json, io }) => {
    const filter = filterOf(argv)?.toLowerCase() ?? '';
    const found = [...electricityMapsZones].filter((entry) =>
      entry.some((text) => text.toLowerCase().includes(filter)),
    );
    const zones = found.map(([code, name]) => ({ code, name }));
    io.stdout.write(json ? `${JSON.stringify({ zones })}\n` : linesOf(found));
    return Promise.resolve(exitCodes.ok);
  },
};

/** As electricity_usage has it: a heading, and a line a zone. */
export const areas: OfflineCommand = {
  verb: 'areas',
  summary: 'As egw grid zones, in the form of electricity_usage',
  usage: '',
  run: async (call) => {
    if (!call.json) call.io.stdout.write('Areas of the grid, by their codes:\n');
    return await gridZones.run(call);
  },
};

function linesOf(zones: readonly (readonly [string, string])[]): string {
  return zones.map(([code, name]) => `${code}  =  ${name}\n`).join('');
}

function filterOf(argv: readonly string[]): string | undefined {
  const usage = 'egw grid zones [FILTER]';
  try {
    const { positionals } = parseArgs({ args: [...argv], options: {}, allowPositionals: true });
    if (positionals.length <= 1) return positionals[0];
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), { hint: usage, cause });
  }
  throw new GatewayError('command_unknown', 'one filter at a time', { hint: usage });
}
