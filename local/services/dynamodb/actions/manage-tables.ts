import { AwsError } from "../../contract.ts";
import { describeTable as describe, seconds } from "../describe-table.ts";
import type { Action, Engine } from "../engine.ts";
import { namedTableNotFound, validationError } from "../errors.ts";
import { Parameters } from "../parameters.ts";
import { type Table, tableNameOf } from "../storage/catalog.ts";
import { closeStream } from "../streams.ts";
import { readTags } from "../table-settings.ts";

const maximumListed = 100;

/** Throws with the name of the table, as the calls of the control plane do. */
export const namedTable = (engine: Engine, parameters: Parameters): Table => {
  const name = parameters.requiredString("TableName");
  const table = engine.catalog.find(name);
  if (table === undefined) throw namedTableNotFound(name);
  return table;
};

export const describeTable: Action = {
  writes: false,
  run: (engine, input) => {
    const table = namedTable(engine, new Parameters(input, ["TableName"]));
    return { Table: describe(engine.catalog, table) };
  },
};

export const deleteTable: Action = {
  writes: true,
  run: (engine, input) => {
    const table = namedTable(engine, new Parameters(input, ["TableName"]));
    if (table.definition.deletionProtection)
      throw validationError(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    const description = describe(engine.catalog, table, "DELETING");
    closeStream(engine, table.definition);
    engine.catalog.removeTable(table);
    return { TableDescription: description };
  },
};

export const listTables: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["Limit", "ExclusiveStartTableName"]);
    const limit = parameters.integer("Limit", 1, maximumListed) ?? maximumListed;
    const start = parameters.string("ExclusiveStartTableName") ?? "";
    const names = engine.catalog
      .tables()
      .map(({ definition }) => definition.name)
      .filter((name) => name > start);
    const page = names.slice(0, limit);
    return { TableNames: page, ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}) };
  },
};

const taggedTable = (engine: Engine, parameters: Parameters): Table => {
  const arn = parameters.requiredString("ResourceArn");
  const table = engine.catalog.find(tableNameOf(arn));
  if (table?.definition.arn !== arn)
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: ResourcArn: ${arn} not found`);
  return table;
};

export const tagResource: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["ResourceArn", "Tags"]);
    const { definition } = taggedTable(engine, parameters);
    engine.catalog.saveTable({ ...definition, tags: { ...definition.tags, ...readTags(parameters) } });
    return {};
  },
};

export const untagResource: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["ResourceArn", "TagKeys"]);
    const { definition } = taggedTable(engine, parameters);
    const gone = parameters.strings("TagKeys") ?? [];
    const kept = Object.entries(definition.tags).filter(([key]) => !gone.includes(key));
    engine.catalog.saveTable({ ...definition, tags: Object.fromEntries(kept) });
    return {};
  },
};

export const listTagsOfResource: Action = {
  writes: false,
  run: (engine, input) => {
    const { definition } = taggedTable(engine, new Parameters(input, ["ResourceArn", "NextToken"]));
    return { Tags: Object.entries(definition.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
};

const backupDays = 35;

const describeBackups = ({ definition: { pointInTimeRecovery } }: Table, now: number) => ({
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription:
      pointInTimeRecovery === undefined
        ? { PointInTimeRecoveryStatus: "DISABLED" }
        : {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: pointInTimeRecovery.days,
            EarliestRestorableDateTime: seconds(pointInTimeRecovery.since),
            LatestRestorableDateTime: seconds(now),
          },
  },
});

export const describeContinuousBackups: Action = {
  writes: false,
  run: (engine, input) => describeBackups(namedTable(engine, new Parameters(input, ["TableName"])), engine.clock()),
};

/** Keeps and describes the setting; the local engine has no backups to restore from. */
export const updateContinuousBackups: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["TableName", "PointInTimeRecoverySpecification"]);
    const { definition } = namedTable(engine, parameters);
    const specification = parameters.requiredNested("PointInTimeRecoverySpecification", [
      "PointInTimeRecoveryEnabled",
      "RecoveryPeriodInDays",
    ]);
    const days = specification.integer("RecoveryPeriodInDays", 1, backupDays) ?? backupDays;
    const { pointInTimeRecovery, ...rest } = definition;
    const enabled = specification.boolean("PointInTimeRecoveryEnabled") === true;
    const since = pointInTimeRecovery?.since ?? engine.clock();
    const table = engine.catalog.saveTable(enabled ? { ...rest, pointInTimeRecovery: { days, since } } : rest);
    return describeBackups(table, engine.clock());
  },
};
