import { nexusError } from "./errors.ts";
import { eventId, type RecordedEvent } from "./event.ts";

/**
 * An event on the bus: CloudEvents 1.0 in its JSON form. Extension attributes are lower case, as the specification asks.
 * An event too large for a message travels without `data`, with `dataref`; its reader takes it from the log.
 */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  /** `/<service>/<aggregate>`. */
  readonly source: string;
  readonly type: string;
  /** The aggregate's id. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  /** `nexus:<aggregate>/<type>.v<version>`. */
  readonly dataschema: string;
  readonly schemaversion: number;
  readonly aggregateversion: number;
  readonly commandid: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly actor: string;
  readonly traceparent?: string;
  readonly data?: object;
  /** https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/dataref.md */
  readonly dataref?: string;
}

/** An event as it came over the bus: `data` is missing when it has to be read from the log. */
export type ReceivedEvent = Omit<RecordedEvent, "data"> & { readonly data?: object };

export const toCloudEvent = (event: RecordedEvent, service: string): CloudEvent => ({
  specversion: "1.0",
  id: event.id,
  source: `/${service}/${event.aggregate}`,
  type: event.type,
  subject: event.aggregateId,
  time: event.time,
  datacontenttype: "application/json",
  dataschema: `nexus:${event.aggregate}/${event.type}.v${event.schemaVersion}`,
  schemaversion: event.schemaVersion,
  aggregateversion: event.version,
  commandid: event.commandId,
  correlationid: event.correlationId,
  causationid: event.causationId,
  actor: event.actor,
  ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  data: event.data,
});

/** The same event by reference to the log. */
export const withoutData = ({ data: _, ...envelope }: CloudEvent): CloudEvent => ({
  ...envelope,
  dataref: `nexus:events/${envelope.id}`,
});

const undecodable = (message: string): Error =>
  nexusError("NEXUS_EVENT_UNDECODABLE", `not an event of this service: ${message}`);

const text = (value: Record<string, unknown>, attribute: string): string => {
  const found = value[attribute];
  if (typeof found !== "string" || found === "") throw undecodable(`${attribute} is not a string`);
  return found;
};

const positive = (value: Record<string, unknown>, attribute: string): number => {
  const found = value[attribute];
  if (typeof found !== "number" || !Number.isSafeInteger(found) || found < 1)
    throw undecodable(`${attribute} is not a positive integer`);
  return found;
};

/** Reads an event off the bus. Throws `NEXUS_EVENT_UNDECODABLE` naming what is wrong. */
export const fromCloudEvent = (value: unknown, service: string): ReceivedEvent => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw undecodable("it is not an object");
  const attributes = value as Record<string, unknown>;
  if (attributes["specversion"] !== "1.0") throw undecodable("specversion is not 1.0");
  const source = /^\/([^/]+)\/([^/]+)$/.exec(text(attributes, "source"));
  if (source?.[1] !== service || source[2] === undefined) throw undecodable(`source is not /${service}/<aggregate>`);
  const aggregateId = text(attributes, "subject");
  const version = positive(attributes, "aggregateversion");
  const id = text(attributes, "id");
  if (id !== eventId(aggregateId, version)) throw undecodable("id does not agree with subject and aggregateversion");
  const { data, dataref, traceparent } = attributes;
  if (data === undefined ? typeof dataref !== "string" : data === null || typeof data !== "object")
    throw undecodable("neither data nor dataref holds the event's data");
  return {
    id,
    type: text(attributes, "type"),
    schemaVersion: positive(attributes, "schemaversion"),
    aggregate: source[2],
    aggregateId,
    version,
    time: text(attributes, "time"),
    commandId: text(attributes, "commandid"),
    correlationId: text(attributes, "correlationid"),
    causationId: text(attributes, "causationid"),
    actor: text(attributes, "actor"),
    ...(typeof traceparent === "string" ? { traceparent } : {}),
    ...(data === undefined ? {} : { data: data as object }),
  };
};
