import t from 'tap';
import { tasmotaTopics } from '../../../gateway/io/sources/tasmota-mqtt-topics.ts';

t.test('topics are made as the device makes them', (t) => {
  t.equal(tasmotaTopics('%prefix%/%topic%/', 'plug')('tele', 'SENSOR'), 'tele/plug/SENSOR');
  t.equal(tasmotaTopics('%topic%/%prefix%', 'plug')('cmnd', 'STATUS'), 'plug/cmnd/STATUS');
  t.equal(tasmotaTopics('home/%prefix%/a//', 'plug')('stat', '+'), 'home/stat/a/+');
  t.equal(tasmotaTopics('%prefix%/%topic%/', '$&/100%')('tele', 'LWT'), 'tele/$&/100%/LWT');
  t.end();
});

t.test('a template that says too little, or what only the device knows, is refused', (t) => {
  for (const template of ['%topic%/', 'tele/%topic%/', '%prefix%/%hostname%/', '%prefix%/%topic%/%id%'])
    t.throws(() => tasmotaTopics(template, 'plug'), {
      code: 'config_invalid',
      hint: /./,
      facts: { option: 'fullTopic' },
    });
  t.end();
});
