import t from 'tap';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import {
  laterField,
  laterValue,
  withChangedFields,
  withLaterField,
  withWrongTypes,
} from '../../../modbus-sim/services/changed-answer.ts';
import { jsonAnswer, type ServiceAnswer } from '../../../modbus-sim/services/service.ts';

const answer = jsonAnswer(200, { a: 1, b: { c: 'xyz', d: [{ e: 2 }, true, null] } });
const page: ServiceAnswer = { status: 200, body: '<html>' };

const said = ({ body }: ServiceAnswer): unknown => JSON.parse(body);

t.test('a later version has a field more in its outermost object', (t) => {
  t.same(said(withLaterField(answer)), { ...(said(answer) as object), [laterField]: laterValue });
  t.same(said(withLaterField(jsonAnswer(200, [{ a: 1 }]))), [{ a: 1, [laterField]: laterValue }]);
  t.same(said(withLaterField(jsonAnswer(200, [1]))), [1], 'where there is no object nothing is added');
  t.end();
});

t.test('wrong types: numbers are texts and texts are numbers, all else is as it was', (t) => {
  t.same(said(withWrongTypes(answer)), { a: '1', b: { c: 3, d: [{ e: '2' }, true, null] } });
  t.end();
});

t.test('changed fields: one is gone and one is new, anywhere, the same for a seed', (t) => {
  const leaves = (text: string): number => text.split(':').length - 1;
  const random = new SeededRandom(1);
  const seen = new Set(Array.from({ length: 50 }, () => withChangedFields(answer, random).body));
  t.ok(seen.size > 5, 'at many places');
  for (const body of seen) {
    t.equal(body.split(laterField).length, 2, body);
    t.ok(leaves(body) <= leaves(answer.body), 'nothing else came');
  }
  t.equal(
    withChangedFields(answer, new SeededRandom(3)).body,
    withChangedFields(answer, new SeededRandom(3)).body,
  );
  t.end();
});

t.test('what is no JSON stays as it is', (t) => {
  for (const change of [withLaterField, withWrongTypes]) t.same(change(page), page);
  t.same(withChangedFields(page, new SeededRandom(1)), page);
  t.end();
});
