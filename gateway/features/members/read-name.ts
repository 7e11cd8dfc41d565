import { refuse } from './refuse.ts';

/** What is not seen, ends a line, or turns around the letters beside it: names stand in lists, mails and CSV. */
const unseen = /[\p{Cc}\p{Cs}\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF]/u;

/** A name of a member as people give it, without spaces around it. Errors: `input_invalid`. */
export function readName(text: string): string {
  const name = text.trim();
  const [character] = unseen.exec(name) ?? [];
  if (name !== '' && character === undefined) return name;
  const code = `U+${(character?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  throw character === undefined
    ? refuse('name-unreadable', 'the name is empty', { hint: 'give letters that people can read' })
    : refuse('name-unreadable', `the name holds a character that cannot be seen: ${code}`, {
        hint: 'type the name anew, on one line',
        facts: { character: code },
      });
}
