/** A view behind a tab. It asks and shows only while it is open. */
export interface TabView {
  start(): void;
  stop(): void;
  /** Shows what the state says now. */
  show(): void;
  /** Something changed that it has to ask for. */
  refresh?(): void;
}
