import { Type, type Static } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import { languages } from '../../core/alert.ts';

const members = Type.Object(
  {
    firstAdmin: Type.Optional(
      Type.String({
        description:
          'Id of the first admin, at Discord a number of 17 to 20 digits: always an admin, member or not.',
        pattern: '^[0-9]{1,20}$',
      }),
    ),
    language: Type.Enum([...languages], {
      description: 'Of messages to members whose own language is not known.',
      default: 'fr',
    }),
  },
  { description: 'Who shares the server and its cost.', additionalProperties: false },
);

/** The configuration of members, in force. */
export type MembersSettings = Static<typeof members>;

export const membersSection: ConfigSection = { key: 'members', schema: members };

/** Of a section that has passed the schema. */
export function membersSettings(section: unknown): MembersSettings {
  return { language: 'fr', ...(section as Partial<MembersSettings> | undefined) };
}
