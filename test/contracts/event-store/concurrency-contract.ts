import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasCode } from "../../../runtime/kernel/errors.ts";
import type { StreamHead } from "../../../runtime/kernel/stream.ts";
import { added, draft } from "../../support/counter/commits.ts";
import { commitsOf, headOf, newId, type WholeEventStore } from "./reading.ts";

const WRITERS = 64;
const CLIENTS = 3;

const step = fc.record({
  client: fc.nat({ max: CLIENTS - 1 }),
  act: fc.constantFrom("load", "append", "append again", "append behind a number"),
  events: fc.integer({ min: 1, max: 3 }),
  number: fc.integer({ min: -2, max: 12 }),
});

export const concurrencyContract = (store: () => WholeEventStore): void => {
  const versionsOf = async (id: string) =>
    (await commitsOf(store(), id)).flatMap((commit) => commit.events.map((_, index) => commit.version + index));
  const upTo = (version: number) => Array.from({ length: version }, (_, index) => index + 1);

  describe("writers of one aggregate", () => {
    it(`leave no gap when ${WRITERS} of them append until they get through`, async () => {
      const id = newId();
      const write = async (writer: number): Promise<void> => {
        const command = draft(id, { events: Array.from({ length: (writer % 3) + 1 }, () => added(writer)) });
        for (;;) {
          try {
            await store().append(await headOf(store(), id), command);
            return;
          } catch (error) {
            if (!hasCode(error, "NEXUS_VERSION_CONFLICT")) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
      const commits = await commitsOf(store(), id);
      expect(new Set(commits.map(({ commandId }) => commandId)).size).toBe(WRITERS);
      expect(await versionsOf(id)).toEqual(upTo(127));
    });

    it("behave like a list, in whatever order they load, append, repeat and guess", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 16 }), async (steps) => {
          const id = newId();
          const heads = new Map<number, StreamHead>();
          const last = new Map<number, { at: StreamHead; command: ReturnType<typeof draft> }>();
          let version = 0;
          const expectOutcome = async (appending: Promise<unknown>, stored: boolean) => {
            if (stored) await appending;
            else await expect(appending).rejects.toMatchObject({ code: "NEXUS_VERSION_CONFLICT" });
          };
          for (const { client, act, events, number } of steps) {
            const command = draft(id, { events: Array.from({ length: events }, () => added()) });
            const head = heads.get(client) ?? (await headOf(store(), id));
            switch (act) {
              case "load":
                heads.set(client, await headOf(store(), id));
                break;
              case "append":
                heads.set(client, head);
                await expectOutcome(store().append(head, command), head.version === version);
                if (head.version === version) {
                  version += events;
                  last.set(client, { at: head, command });
                }
                break;
              case "append again": {
                const again = last.get(client);
                // What stands in the log is stored, however often it is said.
                if (again !== undefined) await store().append(again.at, again.command);
                break;
              }
              case "append behind a number":
                await expectOutcome(store().append({ aggregateId: id, version: number }, command), number === version);
                if (number === version) version += events;
                break;
            }
          }
          expect(await versionsOf(id)).toEqual(upTo(version));
        }),
        { numRuns: 25 },
      );
    });
  });
};
