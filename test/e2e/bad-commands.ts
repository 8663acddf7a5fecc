import { randomBytes } from "node:crypto";

export interface Sent {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, unless it is a text. */
  readonly body?: unknown;
}

const line = { sku: "85123A", description: "White hanging heart", quantity: 6, unitPriceMinor: 255 };
export const order = { country: "United Kingdom", currency: "GBP", lines: [line] };

/** Hardly compressible, and all that the schema allows in a line. */
const noisyLine = () => ({
  ...line,
  sku: randomBytes(30).toString("base64"),
  description: randomBytes(150).toString("base64"),
});

export const place = (payload: object, more: object = {}) => ({ aggregateId: "order-bad", payload, ...more });
const cancel = (aggregateId: string, more: object = {}): Sent => ({
  type: "CancelOrder",
  body: { aggregateId, payload: { reason: "late" }, ...more },
});

/** What is wrong, what is sent, and how it is refused: the pattern is found in the JSON of the answer. */
export type BadCommand = readonly [what: string, sent: Sent, refusal: string, pattern: RegExp];

const keys = (headers: Readonly<Record<string, string>>): Sent => ({ headers, body: place(order) });
const lines = (...all: readonly object[]): Sent => ({ body: place({ ...order, lines: all }) });

/** `order-there` was placed before, with the Idempotency-Key `key-place`. */
export const badCommands: readonly BadCommand[] = [
  ["no body", {}, "400 NEXUS_REQUEST_INVALID", /body is missing: send/],
  ["malformed JSON", { body: '{"aggregateId":' }, "400 NEXUS_REQUEST_INVALID", /not JSON/],
  ["a body that is a list", { body: [] }, "400 NEXUS_REQUEST_INVALID", /not a JSON object/],
  ["no Idempotency-Key", keys({}), "400 NEXUS_REQUEST_INVALID", /Idempotency-Key is missing: send/],
  [
    "an endless Idempotency-Key",
    keys({ "idempotency-key": "k".repeat(129) }),
    "400 NEXUS_REQUEST_INVALID",
    /Idempotency-Key must be 1 to 128/,
  ],
  [
    "an endless X-Correlation-Id",
    keys({ "idempotency-key": "key-1", "x-correlation-id": "c".repeat(129) }),
    "400 NEXUS_REQUEST_INVALID",
    /X-Correlation-Id must be 1 to 128/,
  ],
  [
    "an unknown command type",
    { type: "PaintOrder", body: place(order) },
    "404 NEXUS_COMMAND_UNKNOWN",
    /"known":\[.*"PlaceOrder"/,
  ],
  [
    "an unknown field beside the payload",
    { body: place(order, { colour: "red" }) },
    "400 NEXUS_REQUEST_INVALID",
    /"path":"\/colour".*not a known field/,
  ],
  [
    "an id that cannot be one",
    { body: { aggregateId: "order/1", payload: order } },
    "400 NEXUS_REQUEST_INVALID",
    /"path":"\/aggregateId".*must be 1 to 128/,
  ],
  [
    "no payload",
    { body: { aggregateId: "order-bad" } },
    "400 NEXUS_REQUEST_INVALID",
    /"path":"\/payload".*must be an object/,
  ],
  [
    "an expectedVersion that is no number",
    { body: place(order, { expectedVersion: "1" }) },
    "400 NEXUS_REQUEST_INVALID",
    /"path":"\/expectedVersion".*whole number/,
  ],
  [
    "a quantity that is no number",
    lines({ ...line, quantity: "6" }),
    "400 NEXUS_COMMAND_INVALID",
    /"path":"\/lines\/0\/quantity".*must be integer/,
  ],
  [
    "a price below nothing",
    lines(line, { ...line, unitPriceMinor: -1 }),
    "400 NEXUS_COMMAND_INVALID",
    /"path":"\/lines\/1\/unitPriceMinor".*>= 0/,
  ],
  [
    "an unknown field in the payload",
    { body: place({ ...order, discount: 5 }) },
    "400 NEXUS_COMMAND_INVALID",
    /"path":"\/discount"/,
  ],
  [
    "a field that is missing",
    { body: place({ ...order, country: undefined }) },
    "400 NEXUS_COMMAND_INVALID",
    /"path":"\/country"/,
  ],
  ["an order without lines", lines(), "400 NEXUS_COMMAND_INVALID", /"path":"\/lines".*fewer than 1/],
  [
    "an order of too many lines",
    lines(...Array.from({ length: 2_001 }, () => line)),
    "400 NEXUS_COMMAND_INVALID",
    /"path":"\/lines".*more than 2000/,
  ],
  [
    "a body over the limit",
    { body: place({ ...order, country: "x".repeat(1_048_576) }) },
    "413 NEXUS_REQUEST_TOO_LARGE",
    /"limitBytes":1048576/,
  ],
  [
    "an order that no item of the log could hold",
    lines(...Array.from({ length: 2_000 }, noisyLine)),
    "413 NEXUS_COMMIT_TOO_LARGE",
    /bytes of at most 358400/,
  ],
  ["an unknown order", cancel("order-bad"), "422 ORDER_UNKNOWN", /there is no order order-bad/],
  [
    "an order that was placed before",
    { body: { ...place(order), aggregateId: "order-there" } },
    "422 ORDER_ALREADY_PLACED",
    /order-there was placed before/,
  ],
  [
    "an Idempotency-Key that was used with another body",
    { ...cancel("order-there"), headers: { "idempotency-key": "key-place" } },
    "422 NEXUS_IDEMPOTENCY_KEY_REUSED",
    /key-place was used on order-there with another command/,
  ],
  [
    "an expectedVersion that is not that of the order",
    cancel("order-there", { expectedVersion: 7 }),
    "409 NEXUS_VERSION_CONFLICT",
    /"expectedVersion":7,"actualVersion":1/,
  ],
  [
    "an expectedVersion of an order that is not there yet",
    { body: place(order, { expectedVersion: 1 }) },
    "409 NEXUS_VERSION_CONFLICT",
    /"expectedVersion":1,"actualVersion":0/,
  ],
];
