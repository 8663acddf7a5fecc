import { ACCOUNT_ID, AwsError } from "../contract.ts";
import { GlueStore, type Registry, type Schema, type SchemaVersion } from "./glue-store.ts";

export const DEFAULT_REGISTRY = "default-registry";

export interface RegistryAddress {
  readonly RegistryName?: string;
  readonly RegistryArn?: string;
}

export interface SchemaAddress {
  readonly SchemaArn?: string;
  readonly SchemaName?: string;
  readonly RegistryName?: string;
}

export interface VersionAddress {
  readonly SchemaId?: SchemaAddress;
  readonly SchemaVersionId?: string;
  readonly SchemaVersionNumber?: { readonly LatestVersion?: boolean; readonly VersionNumber?: number };
}

export const invalidInput = (message: string): AwsError => new AwsError("InvalidInputException", message);
const notFound = (message: string): AwsError => new AwsError("EntityNotFoundException", message);

/** What the actions work on: the rows, and how requests name them. */
export class GlueEngine {
  readonly store: GlueStore;
  readonly #region: string;
  readonly #clock: () => number;

  constructor(options: { readonly file: string; readonly region: string; readonly clock: () => number }) {
    this.store = new GlueStore(options.file);
    this.#region = options.region;
    this.#clock = options.clock;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock();
  }

  registryArn(name: string): string {
    return `arn:aws:glue:${this.#region}:${ACCOUNT_ID}:registry/${name}`;
  }

  schemaArn({ registryName, name }: { readonly registryName: string; readonly name: string }): string {
    return `arn:aws:glue:${this.#region}:${ACCOUNT_ID}:schema/${registryName}/${name}`;
  }

  /** Throws EntityNotFoundException; the default registry when none is named. */
  findRegistry(address: RegistryAddress = {}): Registry {
    const { RegistryName, RegistryArn } = address;
    if (RegistryName !== undefined && RegistryArn !== undefined)
      throw invalidInput("One of registryName or registryArn has to be provided, both cannot be provided.");
    const name = RegistryName ?? RegistryArn?.split("/").at(-1) ?? DEFAULT_REGISTRY;
    const registry = this.store.registry(name);
    if (registry !== undefined && (RegistryArn ?? this.registryArn(name)) === this.registryArn(name)) return registry;
    throw notFound(
      `Registry is not found. ${RegistryArn === undefined ? `RegistryName: ${name}` : `RegistryArn: ${RegistryArn}`}`,
    );
  }

  findSchema(address: SchemaAddress): Schema {
    const { registryName, name } = this.#schemaName(address);
    const schema = this.store.schema(registryName, name);
    const { SchemaArn } = address;
    if (schema !== undefined && (SchemaArn ?? this.schemaArn(schema)) === this.schemaArn(schema)) return schema;
    throw notFound(
      `Schema is not found. RegistryName: ${registryName}, SchemaName: ${name}, SchemaArn: ${SchemaArn ?? "null"}`,
    );
  }

  /** By its id, or by schema and number. */
  findVersion(address: VersionAddress): SchemaVersion {
    const { SchemaId, SchemaVersionId, SchemaVersionNumber } = address;
    if (SchemaVersionId !== undefined) {
      if (SchemaId !== undefined || SchemaVersionNumber !== undefined)
        throw invalidInput("No other input parameters can be specified when fetching by SchemaVersionId.");
      const version = this.store.versionById(SchemaVersionId);
      if (version === undefined) throw notFound(`Schema version is not found. SchemaVersionId: ${SchemaVersionId}`);
      return version;
    }
    if (SchemaId === undefined)
      throw invalidInput("At least one of (registryName and schemaName) or schemaArn has to be provided.");
    return this.#versionByNumber(this.findSchema(SchemaId), SchemaVersionNumber, SchemaId);
  }

  #versionByNumber(
    schema: Schema,
    wanted: VersionAddress["SchemaVersionNumber"],
    { SchemaArn }: SchemaAddress,
  ): SchemaVersion {
    const { LatestVersion = false, VersionNumber } = wanted ?? {};
    if (!LatestVersion && VersionNumber === undefined)
      throw invalidInput("One of version number (or) latest version is required.");
    if (LatestVersion && VersionNumber !== undefined)
      throw invalidInput("Only one of VersionNumber or LatestVersion is required.");
    const number = LatestVersion ? schema.latest : VersionNumber;
    const version = this.store.versions(schema.registryName, schema.name).find((v) => v.number === number);
    if (version !== undefined) return version;
    throw notFound(
      `Schema version is not found. RegistryName: ${schema.registryName}, SchemaName: ${schema.name}, SchemaArn: ${SchemaArn ?? "null"}, VersionNumber: ${VersionNumber ?? "null"}, isLatestVersion: ${LatestVersion}`,
    );
  }

  #schemaName({ SchemaArn, SchemaName, RegistryName }: SchemaAddress): { registryName: string; name: string } {
    if (SchemaArn !== undefined) {
      if (SchemaName !== undefined || RegistryName !== undefined)
        throw invalidInput(
          "One of (registryName and schemaName) or schemaArn has to be provided, both cannot be provided.",
        );
      const [registryName = "", name = ""] = SchemaArn.split("/").slice(-2);
      return { registryName, name };
    }
    if (SchemaName === undefined || RegistryName === undefined)
      throw invalidInput("At least one of (registryName and schemaName) or schemaArn has to be provided.");
    return { registryName: RegistryName, name: SchemaName };
  }
}
