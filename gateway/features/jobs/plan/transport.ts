/** So much is to be brought from each row to columns that have little room, as cheaply as possible. All amounts are whole numbers. */
export interface Transport {
  /** Of each row. */
  readonly needs: Float64Array;
  /** Of each column, for all rows together. */
  readonly rooms: Float64Array;
  /** Of each column, what one row may bring there. */
  readonly shares: Float64Array;
  /** What one unit costs, row by row; Infinity where none may go. */
  readonly rates: Float64Array;
}

export type TransportAmounts = Float64Array;

/** Nodes that are looked at in all, and before others have their turn. */
const looksMax = 30_000_000;
const looksBetweenPauses = 20_000;

/**
 * What each row brings to each column, row by row, at the least cost; undefined where there is not room enough, or it
 * would take too long. Successive shortest paths, each found by Dijkstra's search on reduced costs, and no further
 * than to the first column with room (Ahuja, Magnanti, Orlin: Network Flows, 9.7).
 */
export function* solveTransport(transport: Transport): Generator<undefined, TransportAmounts | undefined> {
  const search = new PathSearch(transport);
  let looksPaused = 0;
  for (const [row, need] of transport.needs.entries()) {
    for (let left = need; left > 0;) {
      const column = search.find(row);
      if (column === undefined || search.looks > looksMax) return undefined;
      left -= search.bring(column, left);
      if (search.looks - looksPaused < looksBetweenPauses) continue;
      looksPaused = search.looks;
      yield;
    }
  }
  return search.amounts;
}

/** Rows are the nodes from 0 on, columns those after them. */
class PathSearch {
  readonly amounts: Float64Array;
  looks = 0;
  readonly #rates: Float64Array;
  readonly #shares: Float64Array;
  readonly #left: Float64Array;
  readonly #rows: number;
  readonly #columns: number;
  readonly #potentials: Float64Array;
  readonly #distances: Float64Array;
  readonly #parents: Int32Array;
  readonly #isDone: Uint8Array;
  /** Reached, and not looked from. */
  readonly #frontier: number[] = [];
  /** The nearest column with room that has been reached. */
  #end = -1;
  #endDistance = Infinity;

  constructor({ needs, rooms, shares, rates }: Transport) {
    const nodes = needs.length + rooms.length;
    [this.#rows, this.#columns] = [needs.length, rooms.length];
    [this.#rates, this.#shares] = [rates, shares];
    this.#left = Float64Array.from(rooms);
    this.amounts = new Float64Array(rates.length);
    this.#potentials = new Float64Array(nodes);
    this.#distances = new Float64Array(nodes);
    this.#parents = new Int32Array(nodes);
    this.#isDone = new Uint8Array(nodes);
  }

  /** The column with room that is reached at the least cost from the row; undefined: there is none. */
  find(source: number): number | undefined {
    this.#distances.fill(Infinity);
    this.looks += this.#distances.length;
    this.#isDone.fill(0);
    this.#frontier.length = 0;
    [this.#end, this.#endDistance] = [-1, Infinity];
    this.#enter(source);
    this.#reach(source, 0, -1);
    for (;;) {
      const node = this.#nearest();
      if (node === undefined) break;
      const distance = this.#distances[node] ?? Infinity;
      if (distance >= this.#endDistance) break;
      this.#isDone[node] = 1;
      if (node < this.#rows) this.#lookFromRow(node, distance);
      else this.#lookFromColumn(node - this.#rows, distance);
    }
    if (this.#end < 0) return undefined;
    this.#settle();
    return this.#end - this.#rows;
  }

  /** A potential with which no step from the row costs less than nothing. */
  #enter(row: number): void {
    let least = Infinity;
    for (let column = 0; column < this.#columns; column += 1) {
      if (!this.#mayBring(row, column)) continue;
      least = Math.min(least, this.#rate(row, column) - (this.#potentials[this.#rows + column] ?? 0));
    }
    this.#potentials[row] = least === Infinity ? 0 : -least;
  }

  #rate(row: number, column: number): number {
    return this.#rates[row * this.#columns + column] ?? Infinity;
  }

  #mayBring(row: number, column: number): boolean {
    const at = row * this.#columns + column;
    return (this.#rates[at] ?? Infinity) < Infinity && (this.amounts[at] ?? 0) < (this.#shares[column] ?? 0);
  }

  #lookFromRow(row: number, distance: number): void {
    this.looks += this.#columns;
    const base = distance + (this.#potentials[row] ?? 0);
    for (let column = 0; column < this.#columns; column += 1) {
      if (!this.#mayBring(row, column)) continue;
      const node = this.#rows + column;
      const reached = base + this.#rate(row, column) - (this.#potentials[node] ?? 0);
      this.#reach(node, Math.max(distance, reached), row);
    }
  }

  /** What a row has brought there may go elsewhere. */
  #lookFromColumn(column: number, distance: number): void {
    this.looks += this.#rows;
    const base = distance + (this.#potentials[this.#rows + column] ?? 0);
    for (let row = 0; row < this.#rows; row += 1) {
      if ((this.amounts[row * this.#columns + column] ?? 0) <= 0) continue;
      const reached = base - this.#rate(row, column) - (this.#potentials[row] ?? 0);
      this.#reach(row, Math.max(distance, reached), this.#rows + column);
    }
  }

  #reach(node: number, distance: number, parent: number): void {
    const known = this.#distances[node] ?? Infinity;
    if (distance >= this.#endDistance || this.#isDone[node] === 1 || distance >= known) return;
    if (known === Infinity) this.#frontier.push(node);
    this.#distances[node] = distance;
    this.#parents[node] = parent;
    const isRoom = node >= this.#rows && (this.#left[node - this.#rows] ?? 0) > 0;
    const endDistance = distance + Math.max(0, this.#potentials[node] ?? 0);
    if (isRoom && endDistance < this.#endDistance) [this.#end, this.#endDistance] = [node, endDistance];
  }

  #nearest(): number | undefined {
    const frontier = this.#frontier;
    this.looks += frontier.length;
    let [nearest, least] = [-1, Infinity];
    for (const [index, node] of frontier.entries()) {
      const distance = this.#distances[node] ?? Infinity;
      if (distance < least) [nearest, least] = [index, distance];
    }
    const node = frontier[nearest];
    const last = frontier.pop();
    if (last !== undefined && nearest < frontier.length) frontier[nearest] = last;
    return node;
  }

  #settle(): void {
    for (let node = 0; node < this.#distances.length; node += 1) {
      const short = this.#endDistance - (this.#distances[node] ?? Infinity);
      if (this.#isDone[node] === 1 && short > 0)
        this.#potentials[node] = (this.#potentials[node] ?? 0) - short;
    }
  }

  /** As much as fits along the path that was found to the column. */
  bring(column: number, wanted: number): number {
    let amount = Math.min(wanted, this.#left[column] ?? 0);
    for (const { at, isForward } of this.#path(column)) {
      const brought = this.amounts[at] ?? 0;
      const share = this.#shares[at % this.#columns] ?? 0;
      amount = Math.min(amount, isForward ? share - brought : brought);
    }
    for (const { at, isForward } of this.#path(column)) {
      this.amounts[at] = (this.amounts[at] ?? 0) + (isForward ? amount : -amount);
    }
    this.#left[column] = (this.#left[column] ?? 0) - amount;
    return amount;
  }

  *#path(column: number): Generator<{ readonly at: number; readonly isForward: boolean }> {
    let node = this.#rows + column;
    for (;;) {
      const parent = this.#parents[node] ?? -1;
      if (parent < 0) return;
      const isForward = node >= this.#rows;
      const [row, to] = isForward ? [parent, node - this.#rows] : [node, parent - this.#rows];
      yield { at: row * this.#columns + to, isForward };
      node = parent;
    }
  }
}
