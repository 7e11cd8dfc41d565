import { common, f32, s16, text, u32, u64, type ModelImage } from './register-image.ts';

/** "Not implemented" of the types that the fill of a model does not stand for. */
const absent = { s16: [0x8000], f32: [0x7fc0, 0], acc32: [0, 0], acc64: [0, 0, 0, 0] } as const;

/** Offsets from the ID word, of models 101 to 103. */
export function integerInverter(id: number, words: ModelImage['words'] = {}): ModelImage {
  const inverter = {
    ...{ 2: [786], 3: [262], 4: [262], 5: [262], 6: s16(-2) },
    ...{ 7: [4001], 8: [4002], 9: [4003], 10: [2310], 11: [2311], 12: [2312], 13: s16(-1) },
    ...{ 14: s16(5_432), 15: s16(0), 16: [5_001], 17: s16(-2) },
    ...{ 18: s16(5_440), 19: s16(0), 20: s16(-120), 21: s16(0), 22: s16(9_990), 23: s16(-2) },
    ...{
      24: u32(12_345_678),
      26: s16(0),
      27: [1_378],
      28: s16(-2),
      29: [4_000],
      30: s16(-1),
      31: s16(5_512),
      32: s16(0),
    },
    ...{ 33: absent.s16, 34: s16(4_125), 35: absent.s16, 36: absent.s16, 37: s16(-2) },
    ...{ 38: [4], 39: [0], 40: u32(0), 42: u32(0) },
  };
  return { id, length: 50, words: { ...inverter, ...words } };
}

/** Offsets from the ID word, of models 111 to 113. */
export function floatInverter(id: number, words: ModelImage['words'] = {}): ModelImage {
  const floats = Array.from({ length: 23 }, (_, index) => [2 + 2 * index, absent.f32] as const);
  const inverter = {
    ...Object.fromEntries(floats),
    ...{
      2: f32(0.75),
      4: f32(0.25),
      6: f32(0.25),
      8: f32(0.25),
      16: f32(230.5),
      18: f32(229.5),
      20: f32(230.25),
    },
    ...{
      22: f32(177),
      24: f32(50),
      26: f32(177.5),
      28: f32(-3),
      30: f32(100),
      32: f32(26_320_000),
      38: f32(193.75),
    },
    ...{ 48: [4], 49: [4], 50: u32(0) },
  };
  return { id, length: 60, words: { ...inverter, ...words } };
}

export function integerMeter(id: number, words: ModelImage['words'] = {}): ModelImage {
  const meter = {
    ...{ 2: s16(60), 3: s16(20), 4: s16(25), 5: s16(15), 6: s16(-1) },
    ...{
      7: s16(2_300),
      8: s16(2_301),
      9: s16(2_302),
      10: s16(2_303),
      15: s16(-1),
      16: s16(5_002),
      17: s16(-2),
    },
    ...{ 18: s16(-1_200), 19: s16(-500), 20: s16(-600), 21: s16(-100), 22: s16(0) },
    ...{ 23: s16(1_250), 27: s16(0), 28: s16(150), 32: s16(0), 33: s16(-960), 37: s16(-1) },
    ...{ 38: u32(5_000_001), 40: absent.acc32, 42: absent.acc32, 44: absent.acc32 },
    ...{ 46: u32(7_000_002), 48: absent.acc32, 50: absent.acc32, 52: absent.acc32, 54: s16(0), 105: u32(0) },
  };
  return { id, length: 105, words: { ...meter, ...words } };
}

export function floatMeter(id: number, words: ModelImage['words'] = {}): ModelImage {
  const floats = Array.from({ length: 61 }, (_, index) => [2 + 2 * index, absent.f32] as const);
  const meter = {
    26: f32(49.5),
    28: f32(-640.5),
    52: f32(-0.5),
    60: f32(1_500),
    68: f32(2_500),
    124: u32(4),
  };
  return { id, length: 124, words: { ...Object.fromEntries(floats), ...meter, ...words } };
}

export interface ModuleImage {
  readonly name: string;
  readonly current?: number;
  readonly voltage?: number;
  readonly power?: number;
  readonly energy?: number;
}

/** Model 160 with the scale factors of a Fronius GEN24: −4, −2, −1 and −2. */
export function mppt(modules: readonly ModuleImage[], words: ModelImage['words'] = {}): ModelImage {
  const each = modules.map(
    ({ name, current = 0xffff, voltage = 0xffff, power = 0xffff, energy = 0 }, index) => {
      const at = 10 + 20 * index;
      const values = {
        [at + 9]: [current],
        [at + 10]: [voltage],
        [at + 11]: [power],
        [at + 12]: u32(energy),
      };
      return { [at]: [index + 1], [at + 1]: text(name, 8), ...values, [at + 16]: absent.s16 };
    },
  );
  const header = { 2: s16(-4), 3: s16(-2), 4: s16(-1), 5: s16(-2), 8: [modules.length] };
  const all = Object.assign({}, header, ...each, words) as ModelImage['words'];
  return { id: 160, length: 8 + 20 * modules.length, words: all };
}

/** Model 124 of a Fronius GEN24 with 10.24 kW. */
export function storage(words: ModelImage['words'] = {}): ModelImage {
  const values = {
    2: [10_240],
    5: [0],
    7: [500],
    8: [6_250],
    11: [4],
    12: s16(10_000),
    13: s16(10_000),
    15: [0],
    17: [1],
  };
  const scales = { 18: s16(0), 21: s16(-2), 22: s16(-2), 25: s16(-2) };
  const absentScales = { 19: absent.s16, 20: absent.s16, 23: absent.s16, 24: absent.s16 };
  return { id: 124, length: 24, words: { ...values, ...scales, ...absentScales, ...words } };
}

export function immediateControls(words: ModelImage['words'] = {}): ModelImage {
  const values = {
    3: [0],
    4: [1],
    5: [10_000],
    6: [0],
    7: [0],
    8: [0],
    9: [0],
    23: s16(-2),
    24: s16(-3),
    25: s16(-2),
  };
  return { id: 123, length: 24, words: { ...values, ...words } };
}

export const nameplate: ModelImage = {
  id: 120,
  length: 26,
  words: {
    2: [82],
    3: [10_000],
    4: s16(0),
    19: [10_240],
    20: s16(0),
    23: [6_000],
    24: s16(0),
    25: [5_000],
    26: s16(0),
  },
};

/** A model whose values do not matter here. */
export function anyModel(id: number, length: number): ModelImage {
  return { id, length, words: {}, fill: 0x4242 };
}

const gen24 = { maker: 'Fronius', model: 'Symo GEN24 10.0', serial: '32061234', firmware: '1.28.7-1' };

export const solarEdge: readonly ModelImage[] = [
  common(
    { maker: 'SolarEdge ', model: 'SE10K-RW0TEBNN4', serial: '7F1234AB', firmware: '0004.0021.0034' },
    65,
  ),
  integerInverter(103),
  common({ maker: 'SolarEdge ', model: 'WND-3Y-400-MB', serial: '4321', option: 'Export+Import' }, 65),
  integerMeter(203),
];

/** Charging with 2609.8 W from two strings; as a device of 2024 answered, with the strings made up. */
export const gen24Modules: readonly ModuleImage[] = [
  { name: 'MPPT 1', current: 52_000, voltage: 60_010, power: 31_205, energy: 1_234_567 },
  { name: 'MPPT 2', current: 1_500, voltage: 41_000, power: 615, energy: 433 },
  { name: 'StCha 3', current: 0xee97 - 0x8000, voltage: 0xa6e3, power: 0x65f2, energy: 0x35361 },
  { name: 'StDisCha 4', current: 0, voltage: 0xa6e3, power: 0, energy: 200_000 },
];

export const gen24Integer: readonly ModelImage[] = [
  common(gen24, 65),
  integerInverter(103, { 27: [0xffff], 29: [0xffff], 31: absent.s16 }),
  nameplate,
  anyModel(121, 30),
  anyModel(122, 44),
  immediateControls(),
  mppt(gen24Modules),
  storage(),
];

export const gen24Float: readonly ModelImage[] = [
  common(gen24, 66),
  floatInverter(113),
  nameplate,
  immediateControls(),
  mppt(gen24Modules),
  storage(),
];

export const froniusMeter: readonly ModelImage[] = [
  common({ maker: 'Fronius', model: 'Smart Meter TS 65A-3', serial: '1234567' }, 65),
  integerMeter(203),
];

/** With a model of its maker between the others, and the third input unused. */
export const smaInverter: readonly ModelImage[] = [
  common({ maker: 'SMA', model: 'STP8.0-3AV-40', serial: '3012345678', firmware: '3.10.20.R' }),
  anyModel(11, 13),
  anyModel(12, 98),
  integerInverter(103),
  { ...nameplate, words: { ...nameplate.words, 2: [4], 19: [0xffff] } },
  immediateControls({ 7: [0xffff] }),
  anyModel(64_000, 120),
  mppt([
    { name: 'String 1', current: 10_000, voltage: 50_000, power: 5_000 },
    { name: 'String 2', current: 20_000, voltage: 25_000, power: 5_010 },
    { name: 'String 3' },
  ]),
];

/** Nothing but models of the 700 series: a hybrid of one phase. */
export const derOnly: readonly ModelImage[] = [
  common({ maker: 'Example', model: 'DER 5', serial: 'E-1' }),
  {
    id: 701,
    length: 153,
    words: {
      ...{
        2: [0],
        3: [1],
        4: [3],
        6: u32(0),
        10: s16(-250),
        11: s16(251),
        12: s16(12),
        13: s16(-996),
        14: s16(108),
      },
      ...{
        16: [2_312],
        17: u32(49_987),
        19: u64(9_007_199_254_740_993n),
        36: s16(315),
        37: absent.s16,
        41: s16(-250),
      },
      ...{ 42: absent.s16, 43: absent.s16, 44: absent.s16, 45: s16(108), 64: absent.s16, 68: absent.s16 },
      ...{
        87: absent.s16,
        91: absent.s16,
        111: u32(0),
        113: s16(-1),
        114: s16(-1),
        115: s16(-3),
        116: s16(1),
      },
      ...{
        117: s16(-3),
        118: s16(1),
        119: s16(1),
        120: s16(-3),
        121: absent.s16,
        122: s16(-1),
        123: text('all well', 32),
      },
    },
  },
  anyModel(702, 50),
  {
    id: 704,
    length: 65,
    words: {
      14: [0],
      15: [1_000],
      16: [1_000],
      17: [0],
      18: u32(0),
      20: u32(0),
      53: s16(-3),
      54: s16(-1),
      55: absent.s16,
    },
  },
  anyModel(705, 60),
  {
    id: 713,
    length: 7,
    words: { 2: [1_000], 3: [640], 4: [6_400], 5: [9_900], 6: [0], 7: s16(1), 8: s16(-2) },
  },
  {
    id: 714,
    length: 68,
    words: {
      ...{ 2: u32(0), 4: [2], 5: s16(50), 6: s16(-24), 7: u64(5_000_000n), 11: u64(4_000_000n) },
      ...{ 15: s16(-1), 16: s16(-1), 17: s16(1), 18: s16(0), 19: s16(-1) },
      ...{
        20: [0],
        21: [1],
        22: text('', 8),
        30: s16(25),
        31: [3_800],
        32: s16(95),
        33: u64(3_000_000n),
        41: absent.s16,
      },
      ...{ 45: [1], 46: [2], 47: text('', 8), 55: s16(-297), 56: [4_007], 57: s16(-119) },
      ...{ 58: u64(2_000_000n), 62: u64(4_000_000n), 66: s16(248), 67: [1], 68: u32(0) },
    },
  },
];
