import { GatewayError } from '../../core/errors.ts';
import type { GuildMembers } from '../../core/guild-members.ts';
import type { BotRequest } from './bot-protocol.ts';

const holdsMsMax = 15_000;
const tellMsMax = 30_000;
const contentLengthMax = 2_000;
const idPattern = /^\d{15,20}$/;

/** Those on the guild, as the bot sees them. */
export function guildMembersBy(ask: (request: BotRequest, msMax: number) => Promise<unknown>): GuildMembers {
  return {
    holds: async (id) => {
      // No id of Discord has fewer digits.
      if (!idPattern.test(id)) return 'unknown';
      try {
        return (await ask({ does: 'holds', user: id }, holdsMsMax)) === true ? 'yes' : 'no';
      } catch {
        return 'unknown';
      }
    },
    tell: async (id, text) => {
      if (!idPattern.test(id))
        throw new GatewayError('notifier_refused', `${id.slice(0, 20)} is no id of Discord`, {
          hint: 'the member has a number of his own: tell him otherwise',
        });
      const content = Array.from(text).slice(0, contentLengthMax).join('');
      await ask({ does: 'tell', user: id, content }, tellMsMax);
    },
  };
}
