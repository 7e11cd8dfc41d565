import t from 'tap';
import { GatewayAdvertisement } from '../../../gateway/features/discovery/gateway-advertisement.ts';
import { FakeServices } from './fake-services.ts';

const publicKey = Buffer.alloc(32, 1);
const about = { name: 'Home', version: '0.1.0', identity: { gatewayId: 'egwegwegwegwegwe', publicKey } };

for (const host of ['0.0.0.0', '::', '192.168.1.10', 'fd00::10', '::ffff:192.168.1.10']) {
  t.test(`an API on ${host} is told to the network, until it stops`, async (t) => {
    const services = new FakeServices();
    const advertisement = new GatewayAdvertisement(services, about);
    advertisement.start({ host, port: 8_080 });
    const txt = {
      version: '0.1.0',
      path: '/',
      id: 'egwegwegwegwegwe',
      publicKey: publicKey.toString('base64url'),
    };
    t.same([...services.advertised], [{ name: 'Home', type: '_egw._tcp', host, port: 8_080, txt }]);
    advertisement.start({ host, port: 8_080 });
    t.equal(services.advertised.size, 1, 'once');
    await advertisement.stop();
    t.equal(services.advertised.size, 0);
    await advertisement.stop();
  });
}

const quiet = ['127.0.0.1', '127.0.1.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::FFFF:7f00:1'];
for (const host of [...quiet, 'localhost', 'raspberrypi']) {
  t.test(`nobody is told of an API on ${host}`, async (t) => {
    const services = new FakeServices();
    const advertisement = new GatewayAdvertisement(services, about);
    advertisement.start({ host, port: 8_080 });
    t.equal(services.advertised.size, 0);
    await advertisement.stop();
  });
}
