import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { realClock } from '../../../ble/real-clock.ts';
import { labelOf, ownerOf, touch } from '../../../bench/provisioning/bench-gateway.ts';
import { BenchPhone } from '../../../bench/provisioning/bench-phone.ts';
import { openAir } from '../../../bench/provisioning/chain.ts';
import { runPerson } from '../../../bench/provisioning/persistent-person.ts';
import { listenForHosts, openTerminal, startGateway, startRadio } from './air-processes.ts';
import { scratchFolder } from '../../interop/scratch-folder.ts';
import { stayAlive } from './stay-alive.ts';

t.setTimeout(180_000);
stayAlive();

const missing = existsSync('/usr/bin/socat')
  ? false
  : 'socat missing: there is no /usr/bin/socat (apt-get install socat)';
/** Long enough that something can be killed while a network is joined. */
const stepMs = 400;

t.test(
  'the shipped Bluetooth service and the gateway, each killed on the way',
  { skip: missing },
  async (t) => {
    const directory = scratchFolder(t);
    const [socket, terminal] = [join(directory, 'hci'), join(directory, 'tty')];
    const air = openAir();
    const controller = air.controller(0);
    if (controller === undefined) throw new Error('there is no adapter 0');
    await listenForHosts(t, controller, socket);
    let gateway = await startGateway(t, directory, stepMs);
    let line = await openTerminal(t, socket, terminal);
    let radio = await startRadio(t, directory, terminal);
    const phone = await BenchPhone.open(1);
    t.teardown(async () => await phone.close());
    const label = await labelOf(ownerOf(directory));
    const wish = { label, ssid: 'Home', password: 'the right password', pairAs: 'phone' };
    const begin = async (): Promise<ReturnType<typeof runPerson>> => {
      await touch(ownerOf(directory));
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      return await runPerson(async () => await phone.connect(), wish, realClock, 20);
    };
    const whileJoining = async (act: () => Promise<void>): ReturnType<typeof runPerson> => {
      const person = begin();
      // The session has begun, and the network takes four steps.
      const before = air.packetCount;
      while (air.packetCount < before + 42) await new Promise((resolve) => setTimeout(resolve, 5));
      await act();
      return await person;
    };

    t.ok((await begin()).isProvisioned, 'nobody killed');

    const afterGateway = await whileJoining(async () => {
      await gateway.kill();
      gateway = await startGateway(t, directory, stepMs);
      await touch(ownerOf(directory));
    });
    t.ok(afterGateway.isProvisioned, `the gateway was killed: ${JSON.stringify(afterGateway)}`);
    t.same(await labelOf(ownerOf(directory)), label, 'its label is what it was');

    const afterRadio = await whileJoining(async () => {
      await radio.kill();
      await line.kill();
      line = await openTerminal(t, socket, terminal);
      radio = await startRadio(t, directory, terminal);
    });
    t.ok(afterRadio.isProvisioned, `the Bluetooth service was killed: ${JSON.stringify(afterRadio)}`);

    const said = [...radio.lines, ...gateway.lines].join('\n');
    for (const secret of [label.code, wish.password, 'egw_']) t.notMatch(said, secret, 'no log has it');
  },
);
