import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { toCloudEvent, withoutData } from "../../kernel/cloud-event.ts";
import { type NexusError, nexusError } from "../../kernel/errors.ts";
import type { RecordedEvent } from "../../kernel/event.ts";
import type { EventChannel } from "../../ports/event-channel.ts";
import { inBatches } from "../aws/batches.ts";
import { translateAwsError } from "../aws/errors.ts";

/** Of PutRecords: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const CALL_LIMITS = { count: 500, bytes: 4_500_000 };
/** A record may take 1 MB with its partition key; a larger event travels by reference. */
const RECORD_LIMIT_BYTES = 1_000_000;

interface KinesisRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** Core events, partitioned by aggregate. Uses PutRecords. */
export class KinesisEventChannel implements EventChannel {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #service: string;

  constructor(client: KinesisClient, streamName: string, service: string) {
    this.#client = client;
    this.#streamName = streamName;
    this.#service = service;
  }

  async send(events: readonly RecordedEvent[]): Promise<readonly (NexusError | undefined)[]> {
    const records = events.map((event) => this.#encode(event));
    const batches = inBatches(records, CALL_LIMITS, (record) => record.Data.length + record.PartitionKey.length);
    return (await Promise.all(batches.map((batch) => this.#put(batch)))).flat();
  }

  #encode(event: RecordedEvent): KinesisRecord {
    const whole = toCloudEvent(event, this.#service);
    const data = Buffer.from(JSON.stringify(whole));
    const fits = data.length <= RECORD_LIMIT_BYTES;
    return { Data: fits ? data : Buffer.from(JSON.stringify(withoutData(whole))), PartitionKey: event.aggregateId };
  }

  async #put(records: readonly KinesisRecord[]): Promise<(NexusError | undefined)[]> {
    try {
      const { Records = [] } = await this.#client.send(
        new PutRecordsCommand({ StreamName: this.#streamName, Records: [...records] }),
      );
      return records.map((_, index) => {
        const { ErrorCode, ErrorMessage, SequenceNumber } = Records[index] ?? {};
        if (ErrorCode === undefined && SequenceNumber !== undefined) return undefined;
        return nexusError("NEXUS_BUS_UNAVAILABLE", `Kinesis refused a record: ${ErrorCode}: ${ErrorMessage}`);
      });
    } catch (error) {
      const failure = translateAwsError(error, "NEXUS_BUS_UNAVAILABLE", "put records to Kinesis");
      return records.map(() => failure);
    }
  }
}
