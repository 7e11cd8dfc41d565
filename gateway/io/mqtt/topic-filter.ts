/** Whether a topic is one that a filter asks for: `+` is any one level, `#` all that follow (MQTT 3.1.1, 4.7). */
export function matchesFilter(filter: string, topic: string): boolean {
  // Wildcards at the beginning do not stand for the broker's own topics (4.7.2).
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  const isRest = wanted.at(-1) === '#';
  const fixed = isRest ? wanted.slice(0, -1) : wanted;
  if (isRest ? levels.length < fixed.length : levels.length !== fixed.length) return false;
  return fixed.every((level, index) => level === '+' || level === levels[index]);
}
