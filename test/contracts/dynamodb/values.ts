import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, itemAt, key, type Target } from "./target.ts";

const numbers: readonly (readonly [string, string])[] = [
  ["0", "0"],
  ["-0", "0"],
  ["1.0", "1"],
  ["00012", "12"],
  ["+.5", "0.5"],
  ["-0.0010", "-0.001"],
  ["1E3", "1000"],
  ["1.5e-3", "0.0015"],
  ["1E125", `1${"0".repeat(125)}`],
  ["1E-130", `0.${"0".repeat(129)}1`],
  ["12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
];

/** How values come back: numbers in plain notation, sets in order, everything else as it was. */
export const valueSuite = (target: () => Target): void => {
  describe("values", () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable(target());
    });

    it.each(numbers)("the number %s comes back as %s", async (given, expected) => {
      const Key = key("values", 1);
      await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: given } } }));
      expect((await itemAt(target(), TableName, Key))?.["n"]).toEqual({ N: expected });
    });

    it("every type comes back as it was put", async () => {
      const Item = {
        ...key("values", 2),
        text: { S: 'grün \u{1F600} \u0000 "quoted"' },
        empty: { S: "" },
        bytes: { B: Uint8Array.from([0, 255, 7]) },
        no: { BOOL: false },
        nothing: { NULL: true as const },
        list: { L: [{ M: { a: { L: [] } } }, { NULL: true as const }] },
        map: { M: { "with space": { N: "-7.5" } } },
        byteSet: { BS: [Uint8Array.from([1]), Uint8Array.from([2])] },
      };
      await target().db.send(new PutItemCommand({ TableName, Item }));
      expect(await itemAt(target(), TableName, key("values", 2))).toEqual(Item);
    });

    it("sets come back in order, numbers by their value", async () => {
      const Item = { ...key("values", 3), ss: { SS: ["b", "a", "B"] }, ns: { NS: ["10", "9", "-1", "1.50"] } };
      await target().db.send(new PutItemCommand({ TableName, Item }));
      const item = await itemAt(target(), TableName, key("values", 3));
      expect(item?.["ss"]).toEqual({ SS: ["B", "a", "b"] });
      expect(item?.["ns"]).toEqual({ NS: ["-1", "1.5", "9", "10"] });
    });

    it("a put replaces the whole item and gives back the old one when asked", async () => {
      const Key = key("values", 4);
      await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, a: { S: "1" } } }));
      const put = new PutItemCommand({ TableName, Item: { ...Key, b: { S: "2" } }, ReturnValues: "ALL_OLD" });
      expect((await target().db.send(put)).Attributes).toEqual({ ...Key, a: { S: "1" } });
      expect(await itemAt(target(), TableName, Key)).toEqual({ ...Key, b: { S: "2" } });
    });
  });
};
