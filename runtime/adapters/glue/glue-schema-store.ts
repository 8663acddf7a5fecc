import {
  AlreadyExistsException,
  CreateSchemaCommand,
  EntityNotFoundException,
  GetSchemaByDefinitionCommand,
  GetSchemaVersionCommand,
  type GlueClient,
  RegisterSchemaVersionCommand,
  type SchemaId,
} from "@aws-sdk/client-glue";
import type { EventContract } from "../../kernel/contract.ts";
import { registeredDefinition, registeredName, writtenSchema } from "../../kernel/registered-schema.ts";
import type { RegisteredSchema, RegistrationStatus, SchemaStore } from "../../ports/schema-store.ts";
import { translateAwsError } from "../aws/errors.ts";

const STATUS: Readonly<Record<string, RegistrationStatus>> = { AVAILABLE: "available", PENDING: "pending" };

/**
 * A Glue schema registry. Glue finds a version by the digest of its canonical definition, so that one call matches content:
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaByDefinition.html
 * Reading uses GetSchemaByDefinition and GetSchemaVersion, registering CreateSchema and RegisterSchemaVersion.
 */
export class GlueSchemaStore implements SchemaStore {
  readonly #client: GlueClient;
  readonly #registryName: string;

  constructor(client: GlueClient, registryName: string) {
    this.#client = client;
    this.#registryName = registryName;
  }

  async statusOf(contract: EventContract): Promise<RegistrationStatus | undefined> {
    const found = await this.#find("match a schema with the registry", () =>
      this.#client.send(
        new GetSchemaByDefinitionCommand({
          SchemaId: this.#schemaId(registeredName(contract)),
          SchemaDefinition: registeredDefinition(contract.schema),
        }),
      ),
    );
    return found === undefined ? undefined : (STATUS[found.Status ?? ""] ?? "failed");
  }

  async latest(event: string, version: number): Promise<RegisteredSchema | undefined> {
    const found = await this.#find("read a schema", () =>
      this.#client.send(
        new GetSchemaVersionCommand({
          SchemaId: this.#schemaId(registeredName({ name: event, version })),
          SchemaVersionNumber: { LatestVersion: true },
        }),
      ),
    );
    if (found?.SchemaDefinition === undefined) return undefined;
    return { schema: writtenSchema(found.SchemaDefinition), status: STATUS[found.Status ?? ""] ?? "failed" };
  }

  async register(contract: EventContract): Promise<void> {
    const name = registeredName(contract);
    const SchemaDefinition = registeredDefinition(contract.schema);
    const create = new CreateSchemaCommand({
      RegistryId: { RegistryName: this.#registryName },
      SchemaName: name,
      DataFormat: "JSON",
      Compatibility: "BACKWARD",
      SchemaDefinition,
    });
    try {
      await this.#client.send(create).catch((error: unknown) => {
        if (!(error instanceof AlreadyExistsException)) throw error;
        return this.#client.send(
          new RegisterSchemaVersionCommand({ SchemaId: this.#schemaId(name), SchemaDefinition }),
        );
      });
    } catch (error) {
      throw unavailable(error, "register a schema");
    }
  }

  #schemaId(SchemaName: string): SchemaId {
    return { RegistryName: this.#registryName, SchemaName };
  }

  async #find<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof EntityNotFoundException) return undefined;
      throw unavailable(error, what);
    }
  }
}

const unavailable = (error: unknown, what: string) =>
  translateAwsError(error, "NEXUS_SCHEMA_REGISTRY_UNAVAILABLE", what);
