import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { guardFrames } from "../../../../local/services/apigateway/frame-guard.ts";

/** A masked client frame with a payload of zeros. */
const frame = (length: number): Buffer => {
  const size =
    length < 126
      ? Buffer.from([0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | 126, length >> 8, length & 255])
        : Buffer.concat([
            Buffer.from([0x80 | 127, 0, 0, 0, 0]),
            Buffer.from(new Uint32Array([length]).buffer).reverse(),
          ]);
  return Buffer.concat([Buffer.from([0x81]), size, Buffer.alloc(4), Buffer.alloc(length)]);
};

const tooLong = (chunks: Buffer[], limit: number): number[] => {
  const socket = new PassThrough();
  const found: number[] = [];
  guardFrames(socket, limit, (bytes) => found.push(bytes));
  for (const chunk of chunks) socket.emit("data", chunk);
  return found;
};

it("passes frames up to the limit, however the bytes arrive", () => {
  const bytes = Buffer.concat([frame(0), frame(125), frame(126), frame(1000), frame(70_000), frame(3)]);
  expect(tooLong([bytes], 70_000)).toEqual([]);
  expect(
    tooLong(
      [...bytes].map((byte) => Buffer.from([byte])),
      70_000,
    ),
  ).toEqual([]);
});

it.each([[126], [1001], [70_000]])("tells of a frame of %d bytes over the limit, once", (length) => {
  const bytes = Buffer.concat([frame(10), frame(length), frame(length)]);
  expect(tooLong([bytes], length - 1)).toEqual([length]);
  expect(
    tooLong(
      [...bytes].map((byte) => Buffer.from([byte])),
      length - 1,
    ),
  ).toEqual([length]);
});
