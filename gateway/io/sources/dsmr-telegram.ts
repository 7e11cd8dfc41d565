/** One data object of a telegram: `1-0:1.7.0(00.412*kW)`. */
export interface DsmrObject {
  /** `A-B:C.D.E`, without the sixth number that some meters add. */
  readonly code: string;
  /** What stands in each pair of parentheses; at least one. */
  readonly groups: readonly string[];
}

/** A telegram as it came, in its order; a code comes once, or the first counts. */
export interface DsmrTelegram {
  /** Its first line without `/`: maker, speed and model. */
  readonly header: string;
  readonly objects: ReadonlyMap<string, DsmrObject>;
}

const objectPattern = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:[*.&]\d{1,3})?\((.*)\)$/;
/** DSMR 3 puts the value of the gas meter on a line of its own. */
const continuationPattern = /^\((.*)\)$/;
const onlyPrintable = /^[\x20-\x7e\r\n]*$/;

/**
 * Reads `/…!` as the DSMR P1 companion standard 5.0.2 draws it, and its relatives of Belgium, Luxembourg, Sweden and
 * Hungary. What has been checked by its CRC may hold lines of another form, which are left out; in a telegram without
 * one (DSMR 2.2 and 3.0) such a line is damage. Undefined when it is no telegram.
 */
export function parseTelegram(text: string, isChecked: boolean): DsmrTelegram | undefined {
  if (!isChecked && !onlyPrintable.test(text)) return undefined;
  const [header = '', ...lines] = text.split(/[\r\n]+/).filter((line) => line !== '' && line !== '!');
  const { objects, strangeLines } = readLines(lines);
  if (objects.size === 0 || (strangeLines > 0 && !isChecked)) return undefined;
  return { header: header.slice(1).trim(), objects };
}

function readLines(lines: readonly string[]) {
  const objects = new Map<string, DsmrObject>();
  let last: string[] | undefined;
  let strangeLines = 0;
  for (const line of lines) {
    const [, code, body] = objectPattern.exec(line) ?? [];
    const more = continuationPattern.exec(line)?.[1];
    if (code !== undefined && body !== undefined) {
      last = body.split(')(');
      // Two lines that lost what was between them; a message may hold anything.
      if (!code.startsWith('0-0:96.13.') && /[()]/.test(last.join(''))) strangeLines += 1;
      if (!objects.has(code)) objects.set(code, { code, groups: last });
    } else if (more !== undefined && last !== undefined) last.push(...more.split(')('));
    else strangeLines += 1;
  }
  return { objects, strangeLines };
}
