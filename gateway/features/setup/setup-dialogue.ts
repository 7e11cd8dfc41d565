import { describeError, GatewayError } from '../../core/errors.ts';
import type { SetupPorts, Standing } from './setup-ports.ts';
import { firstQuestionOf, setupQuestions, type SetupQuestion, type SetupTest } from './setup-questions.ts';
import { wrapText } from './wrap-text.ts';

/** Typed for no value at all. */
const nothing = '-';

/** What to do with an answer that its test did not bear out. */
type Decision = 'again' | 'keep' | 'skip';

/**
 * Asks every question, writes each answer at once, and tries live what was answered. False when the person stopped:
 * what was written stays. Errors: those of writing.
 */
export async function runSetup(ports: SetupPorts): Promise<boolean> {
  const dialogue = new SetupDialogue(ports);
  for (let index = 0; index < setupQuestions.length;) {
    const question = setupQuestions[index];
    if (question === undefined || !(await dialogue.ask(question))) return false;
    const decision = question.test === undefined ? 'keep' : await dialogue.tryLive(question.test);
    if (decision === undefined) return false;
    index = decision === 'again' && question.test !== undefined ? firstQuestionOf(question.test) : index + 1;
  }
  return true;
}

class SetupDialogue {
  readonly #ports: SetupPorts;
  /** What stood in the file, of what was written, for who skips it after all. */
  readonly #before = new Map<string, string>();

  constructor(ports: SetupPorts) {
    this.#ports = ports;
  }

  /** False when the person stopped. */
  async ask(question: SetupQuestion): Promise<boolean> {
    const { settings, terminal } = this.#ports;
    const { variable, aliases = [] } = question;
    const standing = await settings.look(question);
    this.#say(`\n${question.about}`, 'dim');
    if (standing.overruledBy !== undefined)
      this.#say(`${standing.overruledBy} says it already, and wins over what is answered here.`, 'yellow');
    for (;;) {
      const typed = await terminal.ask(promptOf(question, standing), question.isSecret);
      if (typed === undefined) return false;
      const answer = typed.trim();
      if (answer === '' && !standing.isTakenOver) return true;
      if (answer === nothing) {
        for (const name of [variable, ...aliases]) this.#write(name, '');
        return true;
      }
      const text = answer === '' ? (standing.text ?? '') : answer;
      const complaint = await settings.check(question, text);
      if (complaint === undefined) {
        this.#write(variable, text);
        return true;
      }
      this.#say(`${variable} ${complaint}`, 'red');
    }
  }

  /** What the person wants to be done about it; undefined when they stopped. */
  async tryLive(test: SetupTest): Promise<Decision | undefined> {
    const { terminal } = this.#ports;
    try {
      const said = await this.#ports.test(test, terminal.stopped);
      if (said !== undefined) this.#say(`✓ ${said}`, 'green');
      return terminal.stopped.aborted ? undefined : 'keep';
    } catch (error) {
      if (terminal.stopped.aborted) return undefined;
      if (!(error instanceof GatewayError)) throw error;
      this.#say(`✗ ${describeError(error)}`, 'red');
    }
    const decision = await this.#decide();
    if (decision === 'skip') this.#putBack(test);
    return decision;
  }

  async #decide(): Promise<Decision | undefined> {
    for (;;) {
      const typed = await this.#ports.terminal.ask('(a)gain, (k)eep it anyhow, or (s)kip it? [a] ');
      if (typed === undefined) return undefined;
      const word = typed.trim().toLowerCase();
      const decision = (['again', 'keep', 'skip'] as const).find((one) => one.startsWith(word));
      if (decision !== undefined) return decision;
      this.#say('Type a, k or s.', 'yellow');
    }
  }

  #putBack(test: SetupTest): void {
    const last = setupQuestions.findIndex((question) => question.test === test);
    for (const { variable } of setupQuestions.slice(firstQuestionOf(test), last + 1)) {
      const before = this.#before.get(variable);
      if (before !== undefined) this.#write(variable, before);
    }
    this.#say('Left as it was before.', 'dim');
  }

  #write(variable: string, text: string): void {
    const { before, note } = this.#ports.settings.write(variable, text);
    if (!this.#before.has(variable)) this.#before.set(variable, before);
    if (note !== undefined) this.#say(note, 'yellow');
  }

  #say(text: string, style?: Parameters<SetupPorts['paint']>[0]): void {
    const { terminal } = this.#ports;
    for (const line of wrapText(text, terminal.columns))
      terminal.write(`${this.#ports.paint(style, plain(line))}\n`);
  }
}

/** A secret is never shown. */
function promptOf({ variable, isSecret }: SetupQuestion, { text }: Standing): string {
  if (text === undefined || text === '') return `${variable}: `;
  return `${variable} [${isSecret ? '(set)' : plain(text)}]: `;
}

/** What files and services say must not move the cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}
