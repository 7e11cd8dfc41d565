import t from 'tap';
import { partName } from '../../../../gateway/faces/web/page/part-name.ts';

t.test('a part is called by its name, else by what it is', (t) => {
  for (const [part, said, name] of [
    ['zone-3432576', 'Entrée 🚪', 'Entrée 🚪'],
    ['zone-3432576', ' ', 'Zone-3432576'],
    ['dhw-3933910', undefined, 'Hot water'],
    ['gas-4730303332353631', undefined, 'Gas meter'],
    ['warm-water-12', undefined, 'Warm water meter'],
    ['relay-2', undefined, 'Relay 2'],
    ['28-00000a69bebf', undefined, '28-00000a69bebf'],
    ['ds18b20-3c01b607', undefined, 'Ds18b20-3c01b607'],
    ['kitchen', undefined, 'Kitchen'],
  ] as const) {
    t.equal(partName(part, said), name);
  }
  t.end();
});
