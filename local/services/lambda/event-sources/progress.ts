/**
 * How far a shard is done although its records end out of order: the last sequence number before which nothing is
 * open. Lanes that run ahead of a failing one are delivered again after a restart; at-least-once allows it.
 */
export class Progress {
  readonly #order: string[] = [];
  readonly #done = new Set<string>();
  #head = 0;

  /** Records that were read and are not below the mark yet. */
  get open(): number {
    return this.#order.length - this.#head;
  }

  /** Takes note of a record, in the shard's order. */
  add(sequenceNumber: string): void {
    this.#order.push(sequenceNumber);
  }

  /** Marks records as done; gives back the new mark where it moved. */
  done(sequenceNumbers: Iterable<string>): string | undefined {
    for (const sequenceNumber of sequenceNumbers) this.#done.add(sequenceNumber);
    let mark: string | undefined;
    for (let next = this.#order[this.#head]; next !== undefined && this.#done.delete(next); ) {
      mark = next;
      this.#head += 1;
      next = this.#order[this.#head];
    }
    if (this.#head > 1_000 && this.#head * 2 > this.#order.length) {
      this.#order.splice(0, this.#head);
      this.#head = 0;
    }
    return mark;
  }
}
