/** The types of Discord's options (Application Commands, "Application Command Option Type"). */
export const optionTypes = { text: 3, integer: 4, user: 6 } as const;

export interface SlashOption {
  readonly type: (typeof optionTypes)[keyof typeof optionTypes];
  readonly name: string;
  readonly description: string;
  readonly description_localizations: { readonly fr: string };
  readonly required?: true;
  readonly choices?: readonly SlashChoice[];
  readonly max_length?: number;
  readonly min_value?: number;
}

interface SlashChoice {
  readonly name: string;
  readonly name_localizations: { readonly fr: string };
  readonly value: string;
}

/** A slash command as Discord is told of it: descriptions of at most 100 characters, required options first. */
export interface SlashCommand {
  readonly type: 1;
  readonly name: string;
  readonly description: string;
  readonly description_localizations: { readonly fr: string };
  /** 0: only on the guild. */
  readonly contexts: readonly [0];
  readonly options: readonly SlashOption[];
}
