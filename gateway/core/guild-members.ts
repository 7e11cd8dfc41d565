/** Those on the server (guild) of the bot. Where no bot is configured, or it is away, both say so at once. */
export interface GuildMembers {
  /** Whether somebody with that id is there; `unknown` while the bot cannot ask. Never throws. */
  holds(id: string): Promise<'yes' | 'no' | 'unknown'>;
  /**
   * A direct message, cut to what fits into one; returns when the other side has it. Errors: `notifier_unavailable`
   * (again later; with the fact `isUnclear` true it may have come all the same), `notifier_refused` (he is not on the
   * guild, or takes none of the bot).
   */
  tell(id: string, text: string): Promise<void>;
}
