import t from 'tap';
import { TasmotaMqtt } from '../../../modbus-sim/services/tasmota-mqtt.ts';
import { TasmotaService } from '../../../modbus-sim/services/tasmota-service.ts';

const startMs = Date.UTC(2026, 0, 14, 17, 0);

function plug(fullTopic?: string): TasmotaMqtt {
  const service = new TasmotaService({ startMs, powerW: () => [812], totalWh: 412_957 });
  return new TasmotaMqtt(service, { topic: 'plug', ...(fullTopic !== undefined && { fullTopic }) });
}

t.test('a plug says a part of its status a message, as its maker documents it', (t) => {
  const said = plug().answer('cmnd/plug/STATUS', '0', startMs);
  t.same(
    said.map(({ topic }) => topic),
    ['', '2', '5', '7', '10', '11'].map((number) => `stat/plug/STATUS${number}`),
  );
  t.match(JSON.parse(said[4]?.payload ?? ''), { StatusSNS: { ENERGY: { Power: 812, Total: 412.957 } } });
  t.match(JSON.parse(plug().answer('cmnd/plug/status', '10', startMs)[0]?.payload ?? ''), {
    StatusSNS: { Time: '2026-01-14T18:00:00' },
  });
  t.ok(said.every(({ retain }) => !retain));
  t.end();
});

t.test('a command that is no status is answered as a result', (t) => {
  t.same(plug().answer('cmnd/plug/POWER', 'OFF', startMs), [
    { topic: 'stat/plug/RESULT', payload: '{"POWER":"OFF"}', retain: false },
  ]);
  t.match(plug().answer('cmnd/plug/STATUS', '99', startMs), [
    { topic: 'stat/plug/RESULT', payload: /Error/ },
  ]);
  t.match(plug().answer('cmnd/plug/NONSENSE', '', startMs), [{ payload: /Unknown/ }]);
  t.end();
});

t.test('its telemetry is what it measures without the wrapper, and its will is kept by the broker', (t) => {
  const one = plug('%topic%/%prefix%/');
  t.same(one.will, { topic: 'plug/tele/LWT', payload: 'Offline', retain: true });
  t.same(one.birth, { topic: 'plug/tele/LWT', payload: 'Online', retain: true });
  t.equal(one.filter, 'plug/cmnd/#');
  const [state, sensor] = one.telemetry(startMs);
  t.equal(state?.topic, 'plug/tele/STATE');
  t.match(JSON.parse(state?.payload ?? ''), { POWER: 'ON', Time: /^2026/ });
  t.match(JSON.parse(sensor?.payload ?? ''), { ENERGY: { Power: 812 } });
  t.end();
});
