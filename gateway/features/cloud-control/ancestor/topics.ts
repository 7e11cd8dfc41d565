import { describeError } from '../../../core/errors.ts';
import type { TaskDefinition } from '../../../engine/task.ts';
import type { TopicSettings } from '../cloud-section.ts';
import type { CloudNote } from '../cloud.ts';
import type { AncestorDeskPorts } from './ancestor-desk.ts';
import { TopicDesk, topicPrincipal, type TopicDeskPorts } from './topic-desk.ts';
import { TopicListener, type TopicListenerPorts } from './topic-listener.ts';
import { parseTrustedKey, type TrustedKey } from './trusted-key.ts';

export interface TopicsPorts extends Omit<TopicDeskPorts, 'key' | 'say'> {
  readonly identity: { readonly serial: string };
  readonly openBroker: (
    settings: TopicSettings,
    signal: AbortSignal,
  ) => ReturnType<TopicListenerPorts['open']>;
}

/** The earlier gateway's topics, listened to. */
export interface Topics {
  readonly tasks: readonly TaskDefinition[];
  /** Says what became of an order of the topics. */
  readonly ended: NonNullable<AncestorDeskPorts['ended']>;
  notes(): readonly CloudNote[];
  stop(): Promise<void>;
}

/** A key that is none lets nobody in; the rest of the cloud does its work. */
export function createTopics(ports: TopicsPorts, settings: TopicSettings): Topics {
  try {
    return topicsUnder(parseTrustedKey(settings.trustedKey), ports, settings);
  } catch (error) {
    const note = noteOf(describeError(error), 'put the public key of that backend there');
    return { tasks: [], ended: () => undefined, notes: () => [note], stop: () => Promise.resolve() };
  }
}

function topicsUnder(key: TrustedKey, ports: TopicsPorts, settings: TopicSettings): Topics {
  const desk = new TopicDesk({
    ...ports,
    key,
    say: (reply) => listener.say(reply),
  });
  const listener = new TopicListener({
    serial: ports.identity.serial,
    open: async (signal) => await ports.openBroker(settings, signal),
    receive: (topic, message) => desk.receive(topic, message),
  });
  return {
    tasks: [listener.task()],
    ended: ({ principal, id, serialNumber: sn }, reason) => {
      if (principal !== topicPrincipal.id) return;
      // They are numbers there, and texts in the book.
      const order = { id: /^[1-9]\d{0,14}$/.test(id) ? Number(id) : id, sn };
      if (reason === undefined) listener.say({ type: 'device_control_schedule_done', payload: order });
      else listener.say({ type: 'device_control_schedule_nack', payload: { ...order, reason } });
    },
    notes: () => notesOf(listener),
    stop: async () => {
      await desk.settled();
      await listener.close();
    },
  };
}

function notesOf({ failure }: TopicListener): readonly CloudNote[] {
  if (failure === undefined) return [];
  const hint = 'check host, port, user and password there, and that the certificate of the broker is valid';
  return [noteOf(failure, hint)];
}

function noteOf(why: string, hint: string): CloudNote {
  const message = `the topics of cloud.srcful are not heard: ${why}`;
  return { subject: 'cloud', status: 'degraded', message, hint };
}
