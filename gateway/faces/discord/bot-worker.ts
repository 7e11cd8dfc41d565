import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './bot-failure.ts';
import type { BotNews, BotOptions, NumberedRequest } from './bot-protocol.ts';
import { BotSession } from './bot-session.ts';

/**
 * The thread of the bot: discord.js takes half a second to load, and an error that it throws where nobody can catch
 * it ends this thread alone. Each request has one answer.
 */
const port = parentPort;
assert(port !== null, 'this is started as a thread');
const tell = (news: BotNews): void => port.postMessage(news);
const options = workerData as BotOptions;
const session = new BotSession(options, tell);

port.on('message', (request: NumberedRequest) => {
  void session.handle(request).then(
    (result) => tell({ tells: 'done', call: request.call, result }),
    (error: unknown) =>
      tell({ tells: 'failed', call: request.call, failure: failureOf(error, options.token) }),
  );
});
