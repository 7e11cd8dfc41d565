// egw-verify: what a gateway has sent, checked with nothing but its public key.
import { parseArguments, usage } from './arguments.ts';
import { inputPieces } from './input-pieces.ts';
import { verdictLines } from './verdict-lines.ts';
import { Verifier } from './verifier.ts';
import { VerifyError } from './verify-error.ts';

async function run(words: readonly string[]): Promise<number> {
  const { options, inputs, isJson, asksForHelp } = parseArguments(words);
  if (asksForHelp) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const verifier = new Verifier(options);
  for await (const { text, place } of inputPieces(inputs, process.stdin)) verifier.add(text, place);
  const verdict = verifier.finish();
  process.stdout.write(
    isJson ? `${JSON.stringify(verdict, null, 2)}\n` : `${verdictLines(verdict).join('\n')}\n`,
  );
  return verdict.isVerified ? 0 : 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof VerifyError)) throw error;
  process.stderr.write(`egw-verify: ${error.message}\n`);
  process.exitCode = 2;
}
