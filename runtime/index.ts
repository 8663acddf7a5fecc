/** What a service module is written with: pure, and the same in the Pulumi program and in every Lambda. */
export type { Contract, EventContract, JsonSchema, Route, SchemaViolation } from "./kernel/contract.ts";
export {
  DomainError,
  ERRORS,
  type ErrorCode,
  type ErrorDefinition,
  type ErrorFamily,
  hasCode,
  isNexusError,
  NexusError,
  type NexusErrorOptions,
} from "./kernel/errors.ts";
export type { CommitMetadata, DomainEvent, RecordedEvent } from "./kernel/event.ts";
export {
  type AccessDefinition,
  type AggregateDefinition,
  aggregate,
  type CommandDefinition,
  type DecisionContext,
  type FieldType,
  type ProjectionDefinition,
  projection,
  type ReadModelDocument,
  type ServiceDefinition,
  service,
  type Upcaster,
} from "./kernel/service.ts";
