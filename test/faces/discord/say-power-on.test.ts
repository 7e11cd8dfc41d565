import t from 'tap';
import { sayPowerOn } from '../../../gateway/faces/discord/say-power-on.ts';
import { speechIn } from '../../../gateway/faces/discord/speech.ts';

const decidedMs = Date.UTC(2026, 0, 13, 9, 0);
const hourMs = 3_600_000;
const own = (startMs: number, endMs: number) => ({ derogations: [{ id: 4, startMs, endMs }] });

await t.test('who wants the server on is told what came of it, and until when', (t) => {
  const { en, fr } = { en: speechIn('en'), fr: speechIn('fr') };
  t.equal(
    sayPowerOn({ state: 'waiting', decidedMs }, { derogations: [] }, en),
    'The server is being switched on.',
  );
  t.equal(sayPowerOn({ state: 'unneeded', decidedMs }, undefined, fr), 'Le serveur est allumé.');
  t.match(sayPowerOn({ state: 'dry', decidedMs }, undefined, en), /server\.dryRun/);
  t.match(sayPowerOn({ state: 'failed', decidedMs }, undefined, fr), /n’a pas pu être allumé/);
  const holding = own(decidedMs - 20, decidedMs + 12 * hourMs);
  t.equal(
    sayPowerOn({ state: 'sent', decidedMs }, holding, fr),
    'Le serveur est en train de s’allumer. Dérogation 4 : il reste allumé jusqu’à mar. 13 janv., 22:00.',
  );
  for (const other of [own(decidedMs + hourMs, decidedMs + 2 * hourMs), own(0, decidedMs)])
    t.notMatch(
      sayPowerOn({ state: 'sent', decidedMs }, other, en),
      /Derogation/,
      'one that does not hold now',
    );
  t.end();
});
