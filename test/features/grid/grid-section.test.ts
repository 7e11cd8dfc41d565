import t from 'tap';
import { gridSection } from '../../../gateway/features/grid/grid-section.ts';

t.test('a zone that there is not is told when the configuration is checked', (t) => {
  t.same(gridSection.warnings?.({ zone: 'FRX' }), [
    'grid.zone: there is no zone "FRX": did you mean FR (France)?',
  ]);
  t.same(gridSection.warnings?.({ zone: 'DK-DK1' }), []);
  t.same(gridSection.warnings?.({}), []);
  t.same(gridSection.warnings?.(undefined), []);
  t.end();
});
