import type { Fault } from './fault.ts';
import type { ChainVerdict, GapVerdict, Verdict } from './verdict.ts';

/** More of one chain are counted. */
const faultLinesMax = 10;

/** What was found, for people: one line a chain and a fault, and one in the end. */
export function verdictLines(verdict: Verdict): readonly string[] {
  const { batches, duplicates, otherMessages } = verdict;
  const again = duplicates === 0 ? '' : `, ${duplicates} of them repeated`;
  const others = otherMessages === 0 ? '' : `, ${counted(otherMessages, 'other message')}`;
  return [
    ...verdict.notes.map((note) => `NOTE ${note}`),
    ...shortened(verdict.faults),
    ...verdict.chains.flatMap(chainLines),
    `${verdict.isVerified ? 'verified' : 'NOT VERIFIED'}: ${counted(batches, 'batch')}${again}${others}`,
  ];
}

function chainLines(chain: ChainVerdict): readonly string[] {
  const { gateway, epoch, faults } = chain;
  if (faults.length > 0) return shortened(faults);
  const { from, to, gaps, readings, fromMs, toMs } = chain;
  const title = `gateway ${gateway}, epoch ${epoch}: `;
  if (to === 0) return [`${title}all of it is declared gone`];
  const span = fromMs === null || toMs === null ? '' : ` from ${timeText(fromMs)} to ${timeText(toMs)}`;
  return [
    `${title}records ${from} to ${to} complete, ${gapsText(gaps)}, ${counted(readings, 'reading')}${span}`,
  ];
}

function shortened(faults: readonly Fault[]): readonly string[] {
  const lines = faults.slice(0, faultLinesMax).map(faultLine);
  const rest = faults.length - lines.length;
  return rest === 0 ? lines : [...lines, `… and ${rest} more`];
}

function faultLine({ gateway, epoch, record, place, message }: Fault): string {
  const chain = gateway === undefined ? '' : `gateway ${gateway}, epoch ${epoch ?? ''}: `;
  const which = record === undefined ? '' : `record ${record}: `;
  return `BAD ${chain}${which}${place === undefined ? '' : `${place.file}:${place.line}: `}${message}`;
}

function gapsText(gaps: readonly GapVerdict[]): string {
  if (gaps.length === 0) return 'no gaps';
  const known = gaps.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
  const atLeast = gaps.some(({ readings }) => readings === null) ? 'at least ' : '';
  return `${counted(gaps.length, 'declared gap')} (${atLeast}${counted(known, 'reading')})`;
}

function counted(count: number, what: string): string {
  if (count === 1) return `1 ${what}`;
  return `${count} ${what}${what.endsWith('ch') ? 'es' : 's'}`;
}

/** Years beyond 9999 are written as ISO 8601 has them; what no date can hold, as it is. */
function timeText(atMs: number): string {
  return Math.abs(atMs) > 8.64e15 ? String(atMs) : new Date(atMs).toISOString();
}
