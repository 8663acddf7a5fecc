/** Text that JSON writes as it stands between its quotes: asking is cheaper than having it escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/**
 * JSON in the canonical form of RFC 8785: keys in the order of their UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. Equal values give equal text, whatever the order of their keys.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === "string") return quoted(value);
  if (Number.isFinite(value)) return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = value as Readonly<Record<string, unknown>>;
  if (typeof members["toJSON"] === "function") return canonicalJson(members["toJSON"]());
  let text = "{";
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member === undefined || typeof member === "function") continue;
    if (text !== "{") text += ",";
    text += quoted(key);
    text += ":";
    text += canonicalJson(member);
  }
  return `${text}}`;
};
