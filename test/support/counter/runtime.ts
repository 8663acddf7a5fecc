import { createHash } from "node:crypto";
import type { Runtime, Telemetry } from "../../../runtime/ports/runtime.ts";
import { T0 } from "./commits.ts";

/** A clock that stands still but for sleeps, ids in order, and chance without any. */
export class FixedRuntime implements Runtime {
  readonly sleeps: number[] = [];
  time = Date.parse(T0);
  #ids = 0;

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    return `id-${++this.#ids}`;
  }

  digest(text: string): string {
    return createHash("sha256").update(text).digest("base64url");
  }
}

export class RecordingTelemetry implements Telemetry {
  readonly metrics: { name: string; value: number }[] = [];
  readonly warnings: string[] = [];
  readonly errors: unknown[] = [];

  metric(name: string, _unit: string, value: number): void {
    this.metrics.push({ name, value });
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  error(_message: string, error: unknown): void {
    this.errors.push(error);
  }

  /** Sum of all values of a metric. */
  total(name: string): number {
    return this.metrics.filter((metric) => metric.name === name).reduce((sum, { value }) => sum + value, 0);
  }
}
