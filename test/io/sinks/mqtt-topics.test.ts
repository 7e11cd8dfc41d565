import fc from 'fast-check';
import t from 'tap';
import { mqttTopics, topicLevel } from '../../../gateway/io/sinks/mqtt-topics.ts';

t.test('names that are plain stay as they are', (t) => {
  const topics = mqttTopics('egw', 'Villa Söderö');
  t.equal(topics.status, 'egw/Villa Söderö/status');
  t.equal(topics.state('meter-1', 'grid_power_w'), 'egw/Villa Söderö/meter-1/grid_power_w');
  t.equal(topics.state('a/b', 'c[0].+#%'), 'egw/Villa Söderö/a%2Fb/c[0].%2B%23%25');
  t.end();
});

t.test('any name is one level that a broker takes, and can be read back', (t) => {
  const unit = fc.oneof(fc.constantFrom('/', '+', '#', '%', '\0', '\n', '$', '\u{fffe}'), fc.string());
  const name = fc.string({ unit: fc.oneof(unit, fc.string({ unit: 'binary', minLength: 1 })), minLength: 1 });
  fc.assert(
    fc.property(name, (text) => {
      const level = topicLevel(text);
      t.notMatch(level, /[/+#\p{Cc}\p{Noncharacter_Code_Point}]/u);
      t.not(level, '');
      if (text !== '') t.equal(decodeURIComponent(level), text.toWellFormed());
    }),
    { numRuns: 200 },
  );
  t.equal(topicLevel(''), '%', 'which no other name is');
  t.end();
});
