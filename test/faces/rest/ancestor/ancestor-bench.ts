import type { Test } from 'tap';
import { Type } from 'typebox';
import type { BoundCommand, CommandCall, Scope } from '../../../../gateway/features/command.ts';
import { scopes } from '../../../../gateway/features/command.ts';
import { createStubGateway, type StubGateway } from '../../stub-gateway.ts';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly type: string;
}

export interface AncestorBench {
  readonly gateway: StubGateway;
  /** By command: what it was given, in order. */
  readonly ran: { readonly id: string; readonly input: unknown }[];
  ask(method: 'GET' | 'POST' | 'DELETE' | 'HEAD', url: string, body?: unknown): Promise<Answered>;
}

const anything = Type.Unsafe<unknown>({});

/** A stub gateway whose commands are noted; `answers` says what some do instead. */
export async function ancestorBench(
  t: Test,
  {
    granted = scopes,
    answers = {},
  }: { granted?: readonly Scope[]; answers?: Readonly<Record<string, (input: unknown) => unknown>> } = {},
): Promise<AncestorBench> {
  const ran: { id: string; input: unknown }[] = [];
  const noting = (command: BoundCommand): BoundCommand => ({
    // What a test answers holds only what it is about.
    definition: { ...command.definition, ...(answers[command.definition.id] && { output: anything }) },
    run: async (input: unknown, call: CommandCall) => {
      const { id } = command.definition;
      ran.push({ id, input });
      const own = answers[id];
      return own === undefined ? await command.run(input, call) : await own(input);
    },
  });
  const plain = await createStubGateway();
  const commands = plain.commands.map(noting);
  await plain.rest.close();
  const gateway = await createStubGateway(commands);
  t.teardown(async () => await gateway.rest.close());
  const token = await gateway.token(granted, 30 * 86_400_000);
  return {
    gateway,
    ran,
    ask: async (method, url, body) => {
      // Nobody is to be told that he asks too often.
      gateway.time.pass(60_000);
      const response = await gateway.rest.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return {
        status: response.statusCode,
        body: response.body === '' ? undefined : (JSON.parse(response.body) as unknown),
        type: String(response.headers['content-type']),
      };
    },
  };
}
