/** An element that stands for one item of a list and can show a newer state of it. */
export interface Row<Item> {
  readonly element: Element;
  show(item: Item): void;
}

/**
 * Keeps the children of `parent` in step with a list. Rows of items that stay are kept, so that focus, open
 * details and selections survive every update.
 */
export function createKeyedRows<Item>(
  parent: Element,
  keyOf: (item: Item) => string,
  make: (item: Item) => Row<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, Row<Item>>();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    items.forEach((item, index) => {
      const key = keyOf(item);
      const row = rows.get(key) ?? make(item);
      rows.set(key, row);
      row.show(item);
      const there = parent.children[index];
      if (there !== row.element) parent.insertBefore(row.element, there ?? null);
    });
  };
}
