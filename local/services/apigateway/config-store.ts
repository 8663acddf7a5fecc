import type { DatabaseSync } from "node:sqlite";
import { AwsError } from "../contract.ts";
import { openDatabase } from "../open-database.ts";
import {
  type ApiConfig,
  checkApi,
  checkIntegration,
  checkRoute,
  type IntegrationConfig,
  type RouteConfig,
  type StageConfig,
} from "./config.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entity (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, api_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, api_id, id)
  );
`;

/** One API with all that hangs on it, each by its id. */
export interface Api {
  config: ApiConfig;
  readonly integrations: Map<string, IntegrationConfig>;
  readonly routes: Map<string, RouteConfig>;
  readonly stages: Map<string, StageConfig>;
}

type Kind = "api" | "integration" | "route" | "stage";

/** The APIs in memory, written through to a file, so that a restarted stack serves them before its program has run again. */
export class ConfigStore {
  readonly #db: DatabaseSync;
  /** In order of creation. */
  readonly #apis = new Map<string, Api>();

  constructor(file: string | undefined) {
    this.#db = openDatabase(file ?? ":memory:", SCHEMA);
    const rows = this.#db.prepare("SELECT kind, body FROM entity ORDER BY seq").all();
    for (const row of rows) this.#apply(row["kind"] as Kind, JSON.parse(String(row["body"])));
  }

  list(): readonly Api[] {
    return [...this.#apis.values()];
  }

  find(apiId: string): Api | undefined {
    return this.#apis.get(apiId);
  }

  putApi(config: ApiConfig): void {
    checkApi(config);
    this.#put("api", config.apiId, config.apiId, config);
  }

  putIntegration(config: IntegrationConfig): void {
    checkIntegration(config, this.#api(config.apiId).config.protocolType);
    this.#put("integration", config.apiId, config.integrationId, config);
  }

  putRoute(config: RouteConfig): void {
    const api = this.#api(config.apiId);
    checkRoute(config, api.config.protocolType);
    const twin = [...api.routes.values()].find((r) => r.routeKey === config.routeKey && r.routeId !== config.routeId);
    if (twin !== undefined)
      throw new AwsError("ConflictException", `Route with key ${config.routeKey} already exists for this API`, 409);
    this.#put("route", config.apiId, config.routeId, config);
  }

  putStage(config: StageConfig): void {
    this.#api(config.apiId);
    this.#put("stage", config.apiId, config.name, config);
  }

  deleteApi(apiId: string): void {
    this.#apis.delete(apiId);
    this.#db.prepare("DELETE FROM entity WHERE api_id = ?").run(apiId);
  }

  deleteIntegration(apiId: string, integrationId: string): void {
    this.#apis.get(apiId)?.integrations.delete(integrationId);
    this.#forget("integration", apiId, integrationId);
  }

  deleteRoute(apiId: string, routeId: string): void {
    this.#apis.get(apiId)?.routes.delete(routeId);
    this.#forget("route", apiId, routeId);
  }

  deleteStage(apiId: string, name: string): void {
    this.#apis.get(apiId)?.stages.delete(name);
    this.#forget("stage", apiId, name);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #api(apiId: string): Api {
    const api = this.#apis.get(apiId);
    if (api === undefined) throw new AwsError("NotFoundException", `Invalid API identifier specified ${apiId}`, 404);
    return api;
  }

  #put(kind: Kind, apiId: string, id: string, config: ApiConfig | IntegrationConfig | RouteConfig | StageConfig): void {
    this.#db
      .prepare(
        `INSERT INTO entity (kind, api_id, id, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (kind, api_id, id) DO UPDATE SET body = excluded.body`,
      )
      .run(kind, apiId, id, JSON.stringify(config));
    this.#apply(kind, config);
  }

  #forget(kind: Kind, apiId: string, id: string): void {
    this.#db.prepare("DELETE FROM entity WHERE kind = ? AND api_id = ? AND id = ?").run(kind, apiId, id);
  }

  #apply(kind: Kind, config: ApiConfig | IntegrationConfig | RouteConfig | StageConfig): void {
    if (kind === "api") {
      const known = this.#apis.get(config.apiId);
      if (known !== undefined) known.config = config as ApiConfig;
      else
        this.#apis.set(config.apiId, {
          config: config as ApiConfig,
          integrations: new Map(),
          routes: new Map(),
          stages: new Map(),
        });
      return;
    }
    const api = this.#api(config.apiId);
    if (kind === "integration") {
      const integration = config as IntegrationConfig;
      api.integrations.set(integration.integrationId, integration);
    } else if (kind === "route") {
      const route = config as RouteConfig;
      api.routes.set(route.routeId, route);
    } else {
      const stage = config as StageConfig;
      api.stages.set(stage.name, stage);
    }
  }
}
