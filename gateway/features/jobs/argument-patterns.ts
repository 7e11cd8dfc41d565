/** As the last pattern: whatever follows. */
const allThatFollow = '**';

/**
 * Whether the arguments of a program are those that patterns allow, one pattern an argument, each as a whole. `*`
 * stands for any characters but `/`: it makes no option of its argument (a `-` at the start must be written), and no
 * way out of its folder (`..` must be written). `**` as the last pattern stands for all arguments that follow. No
 * pattern takes longer than its length times that of the argument.
 */
export function matchesArguments(patterns: readonly string[], given: readonly string[]): boolean {
  const isOpen = patterns.at(-1) === allThatFollow;
  const exact = isOpen ? patterns.slice(0, -1) : patterns;
  if (given.length < exact.length || (!isOpen && given.length > exact.length)) return false;
  return exact.every((pattern, index) => matchesArgument(pattern, given[index] ?? ''));
}

function matchesArgument(pattern: string, text: string): boolean {
  if (text.startsWith('-') && !pattern.startsWith('-')) return false;
  const [wanted, steps] = [pattern.split('/'), text.split('/')];
  return (
    wanted.length === steps.length && wanted.every((step, index) => matchesStep(step, steps[index] ?? ''))
  );
}

/** What stands between two `/`. */
function matchesStep(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return pattern === text;
  if (text === '..' || text.length < head.length + tail.length) return false;
  if (!text.startsWith(head) || !text.endsWith(tail)) return false;
  let from = head.length;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - tail.length;
}
