import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { boilerPhases } from '../../../../gateway/faces/web/page/boiler-minute.ts';

const folder = join(import.meta.dirname, '../../../../gateway/faces/web/page');
const [own, shared] = ['boiler.css', 'style.css'].map((name) => readFileSync(join(folder, name), 'utf8'));

/** The colours of a name, of light and of dark. */
function coloursOf(name: string, sheet: string | undefined): readonly [light: string, dark: string] {
  const [light, dark] = [...(sheet ?? '').matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].map(
    ([, colour]) => colour ?? '',
  );
  return [light ?? '', dark ?? light ?? ''];
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

t.test('what stands on the colour of a phase can be read, in the light and in the dark', (t) => {
  for (const phase of boilerPhases) {
    const [light, dark] = coloursOf(`phase-${phase}`, own);
    const ink = phase === 'jam' ? '#ffffff' : '#1b2225';
    t.ok(contrast(light, ink) >= 4.5, `${phase}: ${contrast(light, ink).toFixed(1)}`);
    t.ok(contrast(dark, '#ffffff') >= 4.5, `${phase}, dark: ${contrast(dark, '#ffffff').toFixed(1)}`);
    t.ok(luminance(dark) < luminance(light), `${phase} is darker in the dark`);
  }
  t.end();
});

t.test('curves and their labels differ from the halo and the card under them', (t) => {
  const cards = coloursOf('card', shared);
  for (const name of ['water', 'flue']) {
    for (const [index, colour] of coloursOf(name, own).entries()) {
      const difference = contrast(colour, cards[index] ?? '');
      t.ok(difference >= 4.5, `${name} ${colour}: ${difference.toFixed(1)}`);
    }
  }
  t.end();
});
