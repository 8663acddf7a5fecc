import type { Duplex } from "node:stream";

/**
 * Watches the frames a client sends and tells when one is longer than allowed. `ws` limits whole messages only;
 * API Gateway limits frames as well. Reads headers alone (RFC 6455, section 5.2), the payload passes by.
 */
export const guardFrames = (socket: Duplex, maxFrameBytes: number, onTooLong: (frameBytes: number) => void): void => {
  let header = Buffer.alloc(0);
  let payloadLeft = 0;

  const lengthOf = (bytes: Buffer): { header: number; payload: number } | undefined => {
    if (bytes.length < 2) return undefined;
    const second = bytes.readUInt8(1);
    const mask = second & 0x80 ? 4 : 0;
    const short = second & 0x7f;
    if (short < 126) return { header: 2 + mask, payload: short };
    if (short === 126) return bytes.length < 4 ? undefined : { header: 4 + mask, payload: bytes.readUInt16BE(2) };
    return bytes.length < 10 ? undefined : { header: 10 + mask, payload: Number(bytes.readBigUInt64BE(2)) };
  };

  const read = (chunk: Buffer): void => {
    let rest = chunk;
    while (rest.length > 0) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, rest.length);
        payloadLeft -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      header = Buffer.concat([header, rest]);
      const length = lengthOf(header);
      if (length === undefined) return;
      if (length.payload > maxFrameBytes) {
        socket.off("data", read);
        onTooLong(length.payload);
        return;
      }
      if (header.length < length.header) return;
      rest = header.subarray(length.header);
      header = Buffer.alloc(0);
      payloadLeft = length.payload;
    }
  };
  // First in line, so that an over-long frame is known before its message is.
  socket.prependListener("data", read);
};
