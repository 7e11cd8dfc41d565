import { makeElement } from './make-element.ts';

const example = [
  'sources:',
  '  - id: boiler',
  '    kind: ds18b20',
  '  - id: boiler-motors',
  '    kind: ads1115',
  'boiler:',
  '  alerts: true',
  '  inputs:',
  '    water: boiler/28-00000a69bebf',
  '    flue: boiler/28-00000a6c1d02',
  '    igniter: boiler-motors/a1',
  '    primaryFan: boiler-motors/a2',
];

/** What a boiler needs to be watched, where none is. */
export function makeBoilerSetup(): HTMLElement {
  return makeElement(
    'div',
    { class: 'card', hidden: '' },
    makeElement('h2', {}, 'No boiler is watched yet'),
    makeElement(
      'p',
      {},
      'A pellet boiler is watched by the temperature of its water, its igniter and its primary fan; flue, enclosure, secondary fan and auger are welcome too. Any source can measure them. Name them in egw.yaml, and start the gateway again:',
    ),
    makeElement('pre', { class: 'boiler-example' }, example.join('\n')),
    makeElement(
      'p',
      { class: 'note' },
      'The ids of probes stand under Devices, or are listed by: egw source list',
    ),
  );
}
