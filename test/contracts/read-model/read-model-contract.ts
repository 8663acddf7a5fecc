import { beforeEach, describe, expect, it } from "vitest";
import type { ProjectionDefinition, ReadModelDocument } from "../../../runtime/kernel/service.ts";
import type { Query, ReadModelStore } from "../../../runtime/ports/read-model-store.ts";

/** What every read model does. `store` gives one; `refresh` makes what was written visible to queries. */
export const readModelContract = (store: () => ReadModelStore, refresh: () => Promise<void> = async () => {}): void => {
  let count = 0;
  let projection: ProjectionDefinition;

  beforeEach(async () => {
    projection = {
      name: `contract-${process.pid}-${++count}`,
      aggregate: "order",
      fields: {
        status: "keyword",
        total: "integer",
        weight: "double",
        paid: "boolean",
        placedAt: "date",
        lines: "text",
        note: "text",
      },
      transform: (document) => document,
    };
    await store().prepare(projection);
  });

  const put = async (documents: Record<string, ReadModelDocument | undefined>, version = 1) => {
    const outcomes = await store().upsert(
      projection,
      Object.entries(documents).map(([id, document]) => ({ id, version, document })),
    );
    await refresh();
    return outcomes;
  };
  const ask = async (query: Partial<Query>) => store().query(projection, { filters: [], limit: 10, ...query });
  const ids = async (query: Partial<Query>) => (await ask(query)).items.map(({ id }) => id);

  /** All pages of a query, of two documents each. */
  const pages = async (query: Partial<Query>): Promise<string[][]> => {
    const found: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await ask({ ...query, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      found.push(page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  };

  describe("documents", () => {
    it("come back as they were, undeclared fields and all", async () => {
      const document = { status: "placed", total: 5, nested: { list: [1, { deep: true }] }, note: "größer ☃" };
      expect(await put({ a: document }, 3)).toEqual(["written"]);
      expect(await store().get(projection, ["a", "unknown"])).toEqual(
        new Map([["a", { id: "a", version: 3, document }]]),
      );
    });

    it("give way only to a later version", async () => {
      await put({ a: { total: 3 } }, 3);
      for (const version of [1, 2, 3]) expect(await put({ a: { total: 99 } }, version)).toEqual(["stale"]);
      expect(await put({ a: { total: 7 } }, 7)).toEqual(["written"]);
      expect((await store().get(projection, ["a"])).get("a")).toEqual({ id: "a", version: 7, document: { total: 7 } });
    });

    it("may be none while a position is kept", async () => {
      await put({ a: undefined, b: { total: 1 } }, 4);
      expect((await store().get(projection, ["a"])).get("a")).toEqual({ id: "a", version: 4, document: undefined });
      expect(await ask({})).toMatchObject({ total: 1, items: [{ id: "b" }] });
      await put({ a: { total: 2 }, b: undefined }, 5);
      expect(await ids({})).toEqual(["a"]);
    });

    it("that do not fit their fields are refused one by one", async () => {
      const outcomes = await put({ a: { total: "five" }, b: { total: 5 } });
      expect(outcomes).toEqual([expect.objectContaining({ code: "NEXUS_DOCUMENT_INVALID" }), "written"]);
      expect(await ids({})).toEqual(["b"]);
    });

    it("can be prepared for again and again", async () => {
      await put({ a: { total: 1 } });
      await store().prepare(projection);
      expect(await ids({})).toEqual(["a"]);
    });
  });

  describe("filters", () => {
    beforeEach(async () => {
      await put({
        a: { status: "placed", total: 10, weight: 0.5, paid: true, placedAt: "2026-01-01T00:00:00Z" },
        b: { status: "placed", total: 20, weight: 1.5, paid: false, placedAt: "2026-01-02T00:00:00.500Z" },
        c: { status: "cancelled", total: 30, weight: -2, paid: true, placedAt: "2026-01-03" },
        d: {},
      });
    });

    it.each([
      ["keyword", [{ field: "status", operator: "equals", value: "placed" }], ["a", "b"]],
      ["whole keyword only", [{ field: "status", operator: "equals", value: "place" }], []],
      ["integer", [{ field: "total", operator: "equals", value: 20 }], ["b"]],
      ["double", [{ field: "weight", operator: "to", value: 0.5 }], ["a", "c"]],
      ["boolean", [{ field: "paid", operator: "equals", value: false }], ["b"]],
      ["date", [{ field: "placedAt", operator: "from", value: "2026-01-02T00:00:00.500Z" }], ["b", "c"]],
      [
        "range, both ends included",
        [
          { field: "total", operator: "from", value: 10 },
          { field: "total", operator: "to", value: 20 },
        ],
        ["a", "b"],
      ],
      [
        "all of several",
        [
          { field: "status", operator: "equals", value: "placed" },
          { field: "paid", operator: "equals", value: true },
        ],
        ["a"],
      ],
    ] as const)("by %s", async (_, filters, expected) => {
      expect(await ids({ filters })).toEqual(expected);
      expect((await ask({ filters })).total).toBe(expected.length);
    });
  });

  describe("order and pages", () => {
    beforeEach(async () => {
      await put({
        e: { status: "b", total: 1, placedAt: "2026-01-01" },
        d: { status: "a", total: 3, weight: 9_007_199_254_740_991 },
        c: { status: "b", total: 2, placedAt: "2025-01-01" },
        b: { total: -9_007_199_254_740_991 },
        a: { status: "a" },
      });
    });

    it.each([
      ["by id when nothing is asked", undefined, ["a", "b", "c", "d", "e"]],
      ["by keyword, then id, missing last", ["status", "asc"], ["a", "d", "c", "e", "b"]],
      ["by keyword down, missing still last", ["status", "desc"], ["c", "e", "a", "d", "b"]],
      ["by number", ["total", "asc"], ["b", "e", "c", "d", "a"]],
      ["by number down", ["total", "desc"], ["d", "c", "e", "b", "a"]],
      ["by date", ["placedAt", "asc"], ["c", "e", "a", "b", "d"]],
      ["by a field that most lack", ["weight", "desc"], ["d", "a", "b", "c", "e"]],
    ] as const)("%s", async (_, sort, expected) => {
      const query = sort === undefined ? {} : { sort: { field: sort[0], direction: sort[1] } };
      expect(await ids(query)).toEqual(expected);
      expect(await pages(query)).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)]);
    });

    it("carry no cursor on the last page, and the total on each", async () => {
      expect(await ask({ limit: 5 })).toMatchObject({ total: 5 });
      expect(await ask({ limit: 5 })).not.toHaveProperty("cursor");
      expect(await ask({ limit: 4 })).toMatchObject({ total: 5, cursor: expect.any(String) });
    });

    it.each(["nonsense", Buffer.from("[1]").toString("base64url"), Buffer.from('{"a":1}').toString("base64url")])(
      "refuse the cursor %s",
      async (cursor) => {
        await expect(ask({ cursor })).rejects.toMatchObject({ code: "NEXUS_REQUEST_INVALID" });
      },
    );
  });

  describe("search", () => {
    const find = async (text: string, more: object = {}) => {
      const page = await store().search(projection, { text, filters: [], limit: 10, ...more });
      return page.items.map(({ id }) => id).sort();
    };

    beforeEach(async () => {
      await put({
        a: { status: "placed", lines: ["White hanging heart", "Red café mug"], note: "handle with care" },
        b: { status: "cancelled", lines: "RED woolly hottie, white heart" },
        c: { status: "placed", lines: "lantern", note: "red" },
        d: { status: "placed" },
      });
    });

    it.each([
      ["a word", "lantern", ["c"]],
      ["whatever its case", "RED", ["a", "b", "c"]],
      ["whatever its accents", "cafe", ["a"]],
      ["all of several words", "white heart", ["a", "b"]],
      ["words in different fields", "mug care", ["a"]],
      ["nothing for half a word", "lant", []],
      ["nothing where one word is missing", "lantern heart", []],
      ["what looks like operators as words", 'red OR "heart -nothing* (', []],
    ])("finds %s", async (_, text, expected) => {
      expect(await find(text)).toEqual(expected);
    });

    it("goes with filters", async () => {
      expect(await find("red", { filters: [{ field: "status", operator: "equals", value: "placed" }] })).toEqual([
        "a",
        "c",
      ]);
    });

    it("marks the words it found", async () => {
      const { items } = await store().search(projection, { text: "heart white", filters: [], limit: 10 });
      const a = items.find(({ id }) => id === "a");
      expect(a?.highlights).toEqual({ lines: ["<em>White</em> hanging <em>heart</em>"] });
    });

    it("gives pages that hold every match once", async () => {
      const first = await store().search(projection, { text: "red", filters: [], limit: 2 });
      const { cursor } = first;
      const second = await store().search(projection, {
        text: "red",
        filters: [],
        limit: 2,
        ...(cursor ? { cursor } : {}),
      });
      expect([first.total, second.total]).toEqual([3, 3]);
      expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
      expect(second).not.toHaveProperty("cursor");
    });

    it("forgets the words of a document that changed", async () => {
      await put({ c: { lines: "candle" } }, 2);
      expect(await find("lantern")).toEqual([]);
      expect(await find("candle")).toEqual(["c"]);
    });
  });
};
