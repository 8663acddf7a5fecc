// What can be said of a format without a parser for it: a text that surely has it, and how every text that has it looks.

interface Format {
  readonly example: string;
  /** Holds for every text of the format, and for more. */
  readonly looks: RegExp;
}

const date = /^\d{4}-\d\d-\d\d$/;
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const noSpace = /^[^\s"<>\\^`]*$/;

const FORMATS: Readonly<Record<string, Format>> = {
  "date-time": { example: "2020-01-31T12:00:00Z", looks: /^\d{4}-\d\d-\d\d[T\s]\d\d:\d\d/i },
  date: { example: "2020-01-31", looks: date },
  time: { example: "12:00:00Z", looks: /^\d\d:\d\d:\d\d/ },
  duration: { example: "P1D", looks: /^P.+$/ },
  email: { example: "a@example.com", looks: /^[^\s]+@[^\s]+$/ },
  "idn-email": { example: "a@example.com", looks: /@/ },
  hostname: { example: "example.com", looks: /^[^\s/:@]{1,254}$/ },
  "idn-hostname": { example: "example.com", looks: /^[^\s/:@]+$/ },
  ipv4: { example: "192.0.2.1", looks: /^\d{1,3}(\.\d{1,3}){3}$/ },
  ipv6: { example: "2001:db8::1", looks: /^[0-9a-f:.]{2,45}$/i },
  uuid: { example: "00000000-0000-4000-8000-000000000000", looks: /^(urn:uuid:)?[0-9a-f-]{36}$/i },
  uri: { example: "https://example.com/", looks: uri },
  iri: { example: "https://example.com/", looks: uri },
  "uri-reference": { example: "https://example.com/", looks: noSpace },
  "iri-reference": { example: "https://example.com/", looks: noSpace },
  "uri-template": { example: "https://example.com/{id}", looks: /^[^\s]*$/ },
  "json-pointer": { example: "/a", looks: /^(\/.*)?$/s },
  "relative-json-pointer": { example: "0/a", looks: /^\d/ },
};

/** Whether a format is one of those that speak of texts alone. Others may speak of numbers, as `int32` does. */
export const isTextFormat = (name: string): boolean => Object.hasOwn(FORMATS, name);

/** Whether a text has a format; undefined when that is not known. */
export const hasFormat = (text: string, name: string): boolean | undefined => {
  const format = isTextFormat(name) ? FORMATS[name] : undefined;
  if (format === undefined) return undefined;
  if (text === format.example) return true;
  return format.looks.test(text) ? undefined : false;
};

/** Texts of a format, to look for examples among. */
export const formatExample = (name: string): string | undefined =>
  isTextFormat(name) ? FORMATS[name]?.example : undefined;

/** Of no format that is known here. */
export const NO_FORMAT = " ( ";
