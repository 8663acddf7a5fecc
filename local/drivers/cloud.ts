import type { ApiGateway } from "../services/apigateway/index.ts";
import type { CloudWatch } from "../services/cloudwatch/index.ts";
import type {
  DynamoDbService,
  IamService,
  JsonService,
  KinesisService,
  LambdaService,
  MessagingService,
} from "../services/contract.ts";
import type { Scheduler } from "../services/scheduler/index.ts";
import type { FunctionPermissions } from "./permissions.ts";

/** The services that drivers make resources in. */
export interface Cloud {
  readonly region: string;
  readonly accountId: string;
  /** Folder for what drivers unpack. */
  readonly filesDirectory: string;
  /** Folder that relative paths of the program start from. */
  readonly workingDirectory: string;
  readonly dynamodb: DynamoDbService;
  readonly kinesis: KinesisService;
  readonly glue: JsonService;
  readonly messaging: MessagingService;
  readonly iam: IamService;
  readonly lambda: LambdaService;
  readonly gateway: ApiGateway;
  readonly scheduler: Pick<Scheduler, "putSchedule" | "deleteSchedule">;
  readonly cloudwatch: Pick<CloudWatch, "putAlarm" | "deleteAlarm">;
  readonly permissions: FunctionPermissions;
  /** Takes the local read model away, with everything in it. */
  forgetReadModel(): void;
}

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export const arnOf = (cloud: Pick<Cloud, "region" | "accountId">, service: string, resource: string): string =>
  `arn:aws:${service}:${cloud.region}:${cloud.accountId}:${resource}`;
