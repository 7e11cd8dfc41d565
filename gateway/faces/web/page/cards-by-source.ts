import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { rootOf } from './owner.ts';

/**
 * Lines that are called by their device: those of sources in one card, those of parts in a card of their source, which
 * says where they are.
 */
export function cardsBySource(
  facts: CardFacts,
  lines: readonly CardLine[],
  { id, title }: Pick<HomeCard, 'id' | 'title'>,
): readonly HomeCard[] {
  const bySource = Map.groupBy(lines, (line) => (rootOf(line.id) === line.id ? '' : rootOf(line.id)));
  return [...bySource].map(([source, its]) =>
    source === ''
      ? { id, title, lines: its }
      : { id: `${id}:${source}`, title: facts.nameOf(source), lines: its },
  );
}
