import { makeElement } from './make-element.ts';

const example = [
  'sources:',
  '  - id: colours',
  '    kind: tempo',
  '  - id: plug',
  '    kind: tasmota',
  '    url: the address of the plug',
  'switches:',
  '  - id: server-plug',
  '    kind: tasmota-relay',
  '    url: the address of the plug',
  'server:',
  '  meter: plug',
  '  switch: server-plug',
];

/** What the view needs, where there is neither a source of colours nor a server. */
export function makeTempoSetup(): HTMLElement {
  return makeElement(
    'div',
    { class: 'card', hidden: '' },
    makeElement('h2', {}, 'No colours and no server yet'),
    makeElement(
      'p',
      {},
      'The colours of Tempo come from a source of the kind tempo. A machine that is shared is metered by a plug, switched by its colours, and its cost is shared by its members. Name them in egw.yaml, and start the gateway again:',
    ),
    makeElement('pre', { class: 'tempo-example' }, example.join('\n')),
  );
}
