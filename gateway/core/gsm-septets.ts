/** 3GPP TS 23.038 V17, 6.2.1: the default alphabet but the escape, and what its extension table adds (6.2.1.1). */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extended = '^{}\\[~]|€';
const septets = new Map([
  ...Array.from(basic, (character) => [character, 1] as const),
  ...Array.from(extended, (character) => [character, 2] as const),
]);

/** Septets that a text takes in an SMS; undefined where it has a character that needs Unicode there. */
export function gsmSeptets(text: string): number | undefined {
  let sum = 0;
  for (const character of text) {
    const cost = septets.get(character);
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}
