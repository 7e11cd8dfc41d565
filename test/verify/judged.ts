import { parseArguments } from '../../verify/arguments.ts';
import { JsonPieces } from '../../verify/json-pieces.ts';
import { verdictLines } from '../../verify/verdict-lines.ts';
import { Verifier } from '../../verify/verifier.ts';
import type { Verdict } from '../../verify/verdict.ts';
import type { FirstFault } from './vector.ts';

const fileName = 'batches.jsonl';

/** What egw-verify finds in these lines. */
export function judged(words: readonly string[], lines: readonly string[]): Verdict {
  const verifier = new Verifier(parseArguments(words).options);
  const pieces = new JsonPieces();
  const all = [...pieces.push(Buffer.from(lines.map((line) => `${line}\n`).join(''))), ...pieces.close()];
  for (const { line, text } of all) verifier.add(text, { file: fileName, line });
  return verifier.finish();
}

/** What is printed. */
export function printed(verdict: Verdict): readonly string[] {
  return verdictLines(verdict);
}

/** The first record that is not proven; what cannot be read at all comes before. */
export function firstFault(verdict: Verdict): FirstFault | null {
  const [fault] = [...verdict.faults, ...verdict.chains.flatMap(({ faults }) => faults)];
  if (fault === undefined) return null;
  const { reason, record, epoch } = fault;
  return { reason, ...(record !== undefined && { record }), ...(epoch !== undefined && { epoch }) };
}
