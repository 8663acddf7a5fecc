import picocolors from "picocolors";

/** Colours for one stream: none where it is not a terminal, or NO_COLOR is set (https://no-color.org). */
export const coloursFor = (stream: Pick<NodeJS.WriteStream, "isTTY">) => {
  const forced = process.env["FORCE_COLOR"] !== undefined && process.env["FORCE_COLOR"] !== "0";
  const refused = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  return picocolors.createColors(!refused && (forced || stream.isTTY === true));
};

export type Colours = ReturnType<typeof coloursFor>;
