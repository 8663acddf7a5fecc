import type { AttributeValue, DynamoDBClient, QueryCommand, QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCommit } from "../../../../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { type Commit, lastVersion } from "../../../../runtime/kernel/event.ts";
import type { ReadOptions } from "../../../../runtime/ports/event-store.ts";
import { added, commit, noted } from "../../../support/counter/commits.ts";

/** A table of one aggregate, whose requests give pages of so many items and end in any order. */
class Table {
  readonly commits: Commit[] = [];
  requests = 0;
  /** Requests that may have been answered from a copy that lags. */
  stale = 0;
  atOnce = 0;
  mostAtOnce = 0;
  readonly #pageItems: number;
  readonly #turn: () => Promise<void>;

  constructor(pageItems: number, turn: () => Promise<void> = async () => {}) {
    this.#pageItems = pageItems;
    this.#turn = turn;
  }

  get store(): DynamoEventStore {
    const send = async (command: QueryCommand) => {
      this.requests += 1;
      if (command.input.ConsistentRead !== true) this.stale += 1;
      this.atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
      await this.#turn();
      // What the answer holds is what stood in the table at this moment.
      const answer = this.#answer(command.input);
      await this.#turn();
      this.atOnce -= 1;
      return answer;
    };
    return new DynamoEventStore({ send } as unknown as DynamoDBClient, "events");
  }

  append(events: number, text?: string): void {
    const last = this.commits.at(-1);
    const event = text === undefined ? added() : noted(text);
    const version = last === undefined ? 1 : lastVersion(last) + 1;
    this.commits.push(commit("a", version, { events: Array.from({ length: events }, () => event) }));
  }

  #answer(input: QueryCommand["input"]): Pick<QueryCommandOutput, "Items" | "LastEvaluatedKey"> {
    const values = input.ExpressionAttributeValues ?? {};
    const number = (value: AttributeValue | undefined, otherwise: number) => Number(value?.N ?? otherwise);
    const from = number(values[":from"], 1);
    const to = number(values[":to"] ?? values[":upTo"], Number.MAX_SAFE_INTEGER);
    const backward = input.ScanIndexForward === false;
    const start = number(input.ExclusiveStartKey?.["version"], backward ? Number.MAX_SAFE_INTEGER : 0);
    const found = this.commits.filter(({ version }) => version >= from && version <= to);
    const rest = (backward ? found.reverse() : found).filter(({ version }) =>
      backward ? version < start : version > start,
    );
    const page = rest.slice(0, Math.min(input.Limit ?? this.#pageItems, this.#pageItems));
    const last = page.at(-1);
    const more = page.length < rest.length && last !== undefined;
    return {
      Items: page.map((one) => encodeCommit(one)),
      ...(more ? { LastEvaluatedKey: { aggregateId: { S: "a" }, version: { N: String(last.version) } } } : {}),
    };
  }
}

const read = async (table: Table, options?: ReadOptions): Promise<Commit[]> => {
  const found: Commit[] = [];
  for await (const page of table.store.getEvents("a", options)) found.push(...page.commits);
  return found;
};
const versions = (commits: readonly Commit[]) => commits.map(({ version }) => version);

/** Commits of 1 to 3 events. */
const filled = (table: Table, commits: number): Table => {
  for (let count = 0; count < commits; count++) table.append(1 + (count % 3));
  return table;
};

describe("reading a long log in several places at once", () => {
  it("takes one request where the log fits a page, and one at a time for short ranges", async () => {
    const table = filled(new Table(1_000), 90);
    expect(versions(await read(table))).toEqual(versions(table.commits));
    expect(table.requests).toBe(1);
    await read(table, { fromCommit: 2, toVersion: 150 });
    expect(table.requests).toBe(2);
  });

  it("asks for nothing that may lag", async () => {
    const table = filled(new Table(100), 2_000);
    await read(table, { fromVersion: 3 });
    await read(table, { fromVersion: 3, toVersion: 3_000, direction: "backward" });
    expect(table.stale).toBe(0);
  });

  it("has four requests under way, and no more", async () => {
    const table = filled(new Table(100), 2_000);
    const end = lastVersion(table.commits.at(-1) as Commit);
    expect(versions(await read(table, { toVersion: end }))).toEqual(versions(table.commits));
    expect(table.mostAtOnce).toBe(4);
  });

  it("asks for no more than it gives when whoever reads stops", async () => {
    const table = filled(new Table(100), 2_000);
    for await (const page of table.store.getEvents("a", { toVersion: 4_000 })) if (page.commits.length > 0) break;
    expect(table.requests).toBeLessThanOrEqual(4);
  });

  it("gives what the log holds in any range, whatever the sizes of commits and pages", async () => {
    const shapes = fc.record({
      commits: fc.integer({ min: 0, max: 900 }),
      large: fc.array(fc.nat(899), { maxLength: 3 }),
      pageItems: fc.integer({ min: 20, max: 400 }),
      from: fc.integer({ min: 1, max: 2_000 }),
      to: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
      backward: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ commits, large, pageItems, from, to, backward }) => {
        const table = new Table(pageItems);
        for (let count = 0; count < commits; count++)
          table.append(1 + (count % 3), large.includes(count) ? "long ".repeat(9_000) : undefined);
        const expected = table.commits.filter(
          (one) => lastVersion(one) >= from && one.version <= (to ?? Number.MAX_SAFE_INTEGER) && from <= (to ?? from),
        );
        const found = await read(table, {
          fromVersion: from,
          ...(to === undefined ? {} : { toVersion: to }),
          direction: backward ? "backward" : "forward",
        });
        expect(versions(found)).toEqual(versions(backward ? expected.reverse() : expected));
      }),
      { numRuns: 60 },
    );
  });

  it("leaves nothing out that is written meanwhile before something that it gives", async () => {
    const shapes = fc.record({ before: fc.integer({ min: 100, max: 600 }), seed: fc.nat(), bounded: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ before, seed, bounded }) => {
        let state = seed;
        const random = (below: number) => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return (state >>> 8) % below;
        };
        const table: Table = new Table(60, async () => {
          for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
          for (let count = random(40); count > 0; count--) table.append(1 + random(2));
        });
        filled(table, before);
        const found = await read(table, bounded ? { toVersion: 6_000 } : {});
        expect(found.length).toBeGreaterThanOrEqual(before);
        expect(versions(found)).toEqual(versions(table.commits.slice(0, found.length)));
      }),
      { numRuns: 60 },
    );
  });

  it.each([2, 255, 256, 257, 300])("gives what stands behind a commit that is gone, number %i", async (gone) => {
    const table = new Table(100);
    for (let count = 0; count < 1_000; count++) table.append(1);
    table.commits.splice(gone - 1, 1);
    expect(versions(await read(table))).toEqual(versions(table.commits));
    expect(versions(await read(table, { toVersion: 1_000 }))).toEqual(versions(table.commits));
  });

  it("fails when a request does", async () => {
    let requests = 0;
    const table = filled(
      new Table(100, async () => {
        requests += 1;
        if (requests >= 7) throw new Error("gone");
      }),
      2_000,
    );
    await expect(read(table, { toVersion: 3_999 })).rejects.toThrow(/read the log/);
  });
});
