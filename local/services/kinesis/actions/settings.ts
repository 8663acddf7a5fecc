import { AwsError } from "../../contract.ts";
import { type Action, action, integer, oneOf, required, struct, text } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import type { StreamSettings } from "../stream.ts";
import { streamAddress, streamMode } from "./shapes.ts";

const MIN_RETENTION_HOURS = 24;
const MAX_RETENTION_HOURS = 8760;

const retention = (direction: "longer" | "shorter"): Action<KinesisEngine> =>
  action({ ...streamAddress, RetentionPeriodHours: required(integer()) }, (engine, input) => {
    const stream = engine.streams.get(input);
    const hours = input.RetentionPeriodHours;
    const now = stream.settings.retentionHours;
    const refuse = (message: string) => new AwsError("InvalidArgumentException", message);
    if (hours < MIN_RETENTION_HOURS)
      throw refuse(
        `Minimum allowed retention period is ${MIN_RETENTION_HOURS} hours. Requested retention period (${hours} hours) is too short.`,
      );
    if (hours > MAX_RETENTION_HOURS)
      throw refuse(
        `Maximum allowed retention period is ${MAX_RETENTION_HOURS} hours. Requested retention period (${hours} hours) is too long.`,
      );
    if (direction === "longer" ? hours < now : hours > now) {
      const other = direction === "longer" ? "DecreaseRetentionPeriod" : "IncreaseRetentionPeriod";
      const kind = direction === "longer" ? "shorter" : "longer";
      throw refuse(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be ${kind} than existing retention period (${now} hours). Use ${other} API.`,
      );
    }
    return change(engine, input, { retentionHours: hours });
  });

const change = (
  engine: KinesisEngine,
  address: Parameters<KinesisEngine["streams"]["get"]>[0],
  settings: Partial<StreamSettings>,
): Record<string, unknown> => {
  const stream = engine.streams.get(address);
  engine.transaction(() => engine.streams.updateSettings(stream, settings));
  return {};
};

const encryption = {
  ...streamAddress,
  EncryptionType: required(oneOf("NONE", "KMS")),
  KeyId: required(text({ minLength: 1, maxLength: 2048 })),
};

export const settingsActions = {
  IncreaseStreamRetentionPeriod: retention("longer"),
  DecreaseStreamRetentionPeriod: retention("shorter"),
  StartStreamEncryption: action(encryption, (engine: KinesisEngine, input) =>
    change(engine, input, { keyId: input.KeyId }),
  ),
  StopStreamEncryption: action(encryption, (engine: KinesisEngine, input) =>
    change(engine, input, { keyId: undefined }),
  ),
  UpdateStreamMode: action(
    {
      StreamARN: required(streamAddress.StreamARN),
      StreamModeDetails: required(struct({ StreamMode: required(streamMode) })),
    },
    (engine: KinesisEngine, input) => change(engine, input, { mode: input.StreamModeDetails.StreamMode }),
  ),
  UpdateMaxRecordSize: action(
    { StreamARN: required(streamAddress.StreamARN), MaxRecordSizeInKiB: required(integer(1024, 10_240)) },
    (engine: KinesisEngine, input) => change(engine, input, { maxRecordKibibytes: input.MaxRecordSizeInKiB }),
  ),
};
