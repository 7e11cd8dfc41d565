import t from 'tap';
import { wordCountOf, type ModelTable } from '../../../../gateway/io/drivers/sunspec/model-table.ts';
import { findModelTable, modelTables } from '../../../../gateway/io/drivers/sunspec/models.ts';

/** By model: length L, points, and points of one repetition; counted in the definitions of sunspec/models. */
const counted: Readonly<Record<number, readonly [length: number, points: number, repeated: number]>> = {
  1: [66, 7, 0],
  101: [50, 43, 0],
  102: [50, 43, 0],
  103: [50, 43, 0],
  111: [60, 31, 0],
  112: [60, 31, 0],
  113: [60, 31, 0],
  120: [26, 26, 0],
  121: [30, 30, 0],
  122: [44, 20, 0],
  123: [24, 24, 0],
  124: [24, 24, 0],
  160: [28, 7, 10],
  201: [105, 72, 0],
  202: [105, 72, 0],
  203: [105, 72, 0],
  204: [105, 72, 0],
  211: [124, 62, 0],
  212: [124, 62, 0],
  213: [124, 62, 0],
  214: [124, 62, 0],
  701: [153, 70, 0],
  702: [50, 49, 0],
  703: [17, 11, 0],
  704: [65, 51, 0],
  713: [7, 7, 0],
  714: [43, 11, 11],
  802: [62, 56, 0],
};

t.test('every model has the points and the length of its definition', (t) => {
  for (const [id, [length, points, repeated]] of Object.entries(counted)) {
    const table = findModelTable(Number(id));
    t.equal(table?.points.length, points, `model ${id}: points`);
    t.equal(table?.group?.points.length ?? 0, repeated, `model ${id}: points of a repetition`);
    t.equal(lengthOf(table), length, `model ${id}: L`);
  }
  t.strictSame(
    modelTables.flatMap(({ ids }) => ids).sort((a, b) => a - b),
    Object.keys(counted).map(Number),
    'and there are no others',
  );
  t.end();
});

t.test('points stand one after the other, and scale factors exist', (t) => {
  for (const table of modelTables) {
    const name = `model ${table.ids.join(', ')}`;
    const fixedEnd = endOf(table.points, 2);
    t.ok(fixedEnd !== undefined, `${name}: no hole, no overlap`);
    const scaleFactors = new Set(
      table.points.filter(({ type }) => type === 'sunssf').map((point) => point.name),
    );
    const all = [...table.points, ...(table.group?.points ?? [])];
    for (const point of all) {
      if (point.scaleFactor !== undefined)
        t.ok(scaleFactors.has(point.scaleFactor), `${name}: ${point.name} has its ${point.scaleFactor}`);
    }
    t.equal(
      new Set(table.points.map((point) => point.name)).size,
      table.points.length,
      `${name}: names differ`,
    );
    if (table.group === undefined) continue;
    t.equal(table.group.offset, fixedEnd, `${name}: repetitions follow the points`);
    t.equal(endOf(table.group.points, 0), table.group.words, `${name}: a repetition is full`);
    t.ok(
      table.points.some((point) => point.name === table.group?.count),
      `${name}: something counts them`,
    );
  }
  t.end();
});

t.test('points stand where vendor manuals and the quick map have them', (t) => {
  const places: readonly (readonly [model: number, point: string, offset: number])[] = [
    [103, 'W', 14],
    [103, 'WH', 24],
    [103, 'DCW', 31],
    [103, 'St', 38],
    [113, 'W', 22],
    [113, 'WH', 32],
    [113, 'DCW', 38],
    [113, 'TmpSnk', 42],
    [123, 'WMaxLimPct', 5],
    [123, 'WMaxLim_Ena', 9],
    [124, 'StorCtl_Mod', 5],
    [124, 'ChaState', 8],
    [124, 'OutWRte', 12],
    [203, 'W', 18],
    [203, 'TotWhExp', 38],
    [203, 'TotWhImp', 46],
    [213, 'W', 28],
    [213, 'TotWhImp', 68],
    [701, 'Hz', 17],
    [701, 'TotWhInj', 19],
    [701, 'Tmp_SF', 122],
    [713, 'SoC', 4],
    [714, 'DCW', 6],
    [802, 'W', 47],
  ];
  for (const [model, name, offset] of places) {
    const point = findModelTable(model)?.points.find((each) => each.name === name);
    t.equal(point?.offset, offset, `${model}.${name}`);
  }
  t.end();
});

function lengthOf(table: ModelTable | undefined): number | undefined {
  if (table === undefined) return undefined;
  const all = [...table.points, ...(table.group?.points ?? [])];
  return all.reduce((sum, point) => sum + wordCountOf(point), 0);
}

/** Where the points end when each begins where the one before ends. */
function endOf(points: ModelTable['points'], from: number): number | undefined {
  let end = from;
  for (const point of points) {
    if (point.offset !== end || wordCountOf(point) < 1) return undefined;
    end += wordCountOf(point);
  }
  return end;
}
