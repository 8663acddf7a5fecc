/** Time, chance and digests: what would make a use case unrepeatable if it reached for them itself. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A new ULID. */
  newId(): string;
  /** SHA-256 of UTF-8 text, base64url. */
  digest(text: string): string;
}

export type MetricUnit = "Count" | "Milliseconds";

/** Where use cases report. Never throws. */
export interface Telemetry {
  metric(name: string, unit: MetricUnit, value: number): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown, facts?: Readonly<Record<string, unknown>>): void;
}
