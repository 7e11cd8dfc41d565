import type { Mark } from './freshness.ts';

/** The colours of Tempo's days, as the quantities number them from 1. */
export const tempoColours = ['blue', 'white', 'red'] as const;

export type TempoColour = (typeof tempoColours)[number];

/** One thing of a card, as it stands there. */
export interface CardLine {
  readonly id: string;
  readonly name: string;
  /** – when there is none. */
  readonly text: string;
  readonly mark: Mark;
  /** What the mark means, in a word; empty for what is good. */
  readonly doubt: string;
  /** What more there is to say, smaller. */
  readonly detail?: string;
  readonly chip?: TempoColour | 'unknown';
}

/** A part of a whole. */
export interface CardShare {
  readonly name: string;
  /** From 0 to 1. */
  readonly share: number;
  /** The name of its colour in the style sheet. */
  readonly tone: string;
}

/** A part of the home at a glance. */
export interface HomeCard {
  readonly id: string;
  readonly title: string;
  /** What one looks for first, large. */
  readonly headline?: CardLine;
  readonly lines: readonly CardLine[];
  /** What a whole is made of, largest first. */
  readonly shares?: readonly CardShare[];
  readonly note?: string;
}
