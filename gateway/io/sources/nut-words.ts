/** The words of a line, those in quotes without them: `VAR ups ups.status "OL CHRG"`. NUT, “Network protocol information”. */
export function nutWords(line: string): readonly string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word));
}
