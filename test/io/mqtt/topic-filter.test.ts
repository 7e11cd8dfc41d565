import t from 'tap';
import { matchesFilter } from '../../../gateway/io/mqtt/topic-filter.ts';

/** From MQTT 3.1.1, 4.7.1 and 4.7.2. */
const table: readonly (readonly [filter: string, topic: string, isMatch: boolean])[] = [
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['sport/#', 'sports', false],
  ['#', 'a/b', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
  ['a/b', 'a/b', true],
  ['a/b', 'a/B', false],
];

t.test('a filter stands for the topics that the standard says', (t) => {
  for (const [filter, topic, isMatch] of table)
    t.equal(matchesFilter(filter, topic), isMatch, `${filter} and ${topic}`);
  t.end();
});
