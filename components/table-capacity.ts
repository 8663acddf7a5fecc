import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface CapacityRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** How a table is paid for: by request, or by units that follow the load between two bounds. */
export type TableCapacity =
  | { readonly mode: "onDemand" }
  | {
      readonly mode: "provisioned";
      readonly read: CapacityRange;
      readonly write: CapacityRange;
      /** Share of the units in use at which scaling holds the table. @default 70 */
      readonly targetUtilizationPercent?: number;
    };

/** The table arguments of a capacity, for the table itself. */
export const billing = (capacity: TableCapacity) =>
  capacity.mode === "onDemand"
    ? { billingMode: "PAY_PER_REQUEST" }
    : { billingMode: "PROVISIONED", ...startingUnits(capacity) };

/** The units that a table or one of its indexes starts with; none when it is paid by request. */
export const startingUnits = (capacity: TableCapacity) =>
  capacity.mode === "onDemand" ? {} : { readCapacity: capacity.read.minimum, writeCapacity: capacity.write.minimum };

/** What auto scaling changes, so that Pulumi leaves it alone. */
export const SCALED_PROPERTIES = [
  "readCapacity",
  "writeCapacity",
  "globalSecondaryIndexes[*].readCapacity",
  "globalSecondaryIndexes[*].writeCapacity",
];

/** Auto scaling of a provisioned table and its indexes; nothing for one paid by request. */
export const scaleTable = (
  name: string,
  table: aws.dynamodb.Table,
  indexes: readonly string[],
  capacity: TableCapacity,
  parent: pulumi.Resource,
): void => {
  if (capacity.mode === "onDemand") return;
  const parts = [
    { role: "table", dimension: "table", path: pulumi.interpolate`table/${table.name}` },
    ...indexes.map((index) => ({
      role: index.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase(),
      dimension: "index",
      path: pulumi.interpolate`table/${table.name}/index/${index}`,
    })),
  ];
  for (const { role, dimension, path } of parts)
    for (const kind of ["Read", "Write"] as const) {
      const range = kind === "Read" ? capacity.read : capacity.write;
      const id = `${name}-${role}-${kind.toLowerCase()}`;
      const target = new aws.appautoscaling.Target(
        `${id}-target`,
        {
          serviceNamespace: "dynamodb",
          resourceId: path,
          scalableDimension: `dynamodb:${dimension}:${kind}CapacityUnits`,
          minCapacity: range.minimum,
          maxCapacity: range.maximum,
        },
        { parent },
      );
      new aws.appautoscaling.Policy(
        `${id}-scaling`,
        {
          policyType: "TargetTrackingScaling",
          serviceNamespace: target.serviceNamespace,
          resourceId: target.resourceId,
          scalableDimension: target.scalableDimension,
          targetTrackingScalingPolicyConfiguration: {
            targetValue: capacity.targetUtilizationPercent ?? 70,
            predefinedMetricSpecification: { predefinedMetricType: `DynamoDB${kind}CapacityUtilization` },
          },
        },
        { parent },
      );
    }
};
