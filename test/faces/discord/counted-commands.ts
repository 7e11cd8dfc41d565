import type { Test } from 'tap';
import { bindCommand, defineCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { BotScene, people, type SceneSettings } from './bot-scene.ts';

/** The first admin wants the server on. */
export const powerOn = { command: 'power_on', user: people.first } as const;

/** Counts how often the server is switched on. */
class Counted {
  runs = 0;

  commands(): readonly BoundCommand[] {
    const on = defineCommand({
      id: 'server.on',
      summary: 'On',
      scope: 'control',
      input: closed({}),
      output: closed({}),
      http: { method: 'POST', path: '/api/v1/server/on' },
      run: (counted: Counted) => {
        counted.runs += 1;
        return {};
      },
    });
    return [bindCommand(on, this)];
  }
}

/** A gateway with that command alone. */
export async function openCounted(
  t: Test,
  settings?: SceneSettings,
): Promise<{ readonly scene: BotScene; readonly counted: Counted; readonly server: BotScene['server'] }> {
  const counted = new Counted();
  const scene = await BotScene.open(t, () => counted.commands(), settings);
  return { scene, counted, server: scene.server };
}
