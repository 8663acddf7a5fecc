import type { ServiceCatalog } from "../kernel/catalog.ts";
import { isNexusError, NexusError, nexusError } from "../kernel/errors.ts";
import { clientOf, isCaller, type PolicyRequest, type RequestRule } from "../kernel/request-rules.ts";
import type { QuotaState, RateLimitStore } from "../ports/rate-limit-store.ts";
import type { Telemetry } from "../ports/runtime.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

export interface PolicyEnforcerPorts {
  readonly catalog: ServiceCatalog;
  readonly rules: readonly RequestRule[];
  /** Where a rule of kind `rate` counts; without it such a rule refuses everything. */
  readonly limits?: RateLimitStore;
  /** What a rule of kind `schema` asks; without it such a rule refuses everything. */
  readonly registry?: SchemaRegistry;
  readonly telemetry: Telemetry;
}

/** What a caller has left of a quota, for the headers of the answer. */
export interface QuotaUse extends QuotaState {
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Holds a request to the rules that concern it, before its use case runs. */
export class PolicyEnforcer {
  readonly #ports: PolicyEnforcerPorts;

  constructor(ports: PolicyEnforcerPorts) {
    this.#ports = ports;
  }

  /**
   * What is left of the quota that the request counts against, if any. Errors, each with its `rule`:
   * `NEXUS_POLICY_VIOLATION`, `NEXUS_RATE_LIMITED`, and what the registry says of the schemas a command needs; a rule that
   * cannot be evaluated refuses: `NEXUS_RATE_LIMITS_UNAVAILABLE`, `NEXUS_SCHEMA_REGISTRY_UNAVAILABLE`.
   */
  async enforce(request: PolicyRequest): Promise<QuotaUse | undefined> {
    let quota: QuotaUse | undefined;
    for (const rule of this.#ports.rules) {
      if (rule.operation !== request.operation) continue;
      try {
        quota = (await this.#evaluate(rule, request)) ?? quota;
      } catch (error) {
        throw this.#refused(rule, request, error);
      }
    }
    return quota;
  }

  async #evaluate(rule: RequestRule, request: PolicyRequest): Promise<QuotaUse | undefined> {
    switch (rule.kind) {
      case "identity":
        if (request.actor !== undefined) return undefined;
        throw violation(rule, "nobody vouches for the caller of this request");
      case "method":
        if (request.method === rule.method) return undefined;
        throw violation(rule, `the log is ${rule.method === "GET" ? "asked" : "written"} by ${rule.method} alone`);
      case "caller":
        if (rule.subject !== undefined && rule.subject !== request.subject) return undefined;
        if (rule.callers.some((pattern) => isCaller(pattern, request.actor ?? ""))) return undefined;
        throw violation(rule, `${request.actor ?? "this caller"} may not send ${request.operation} ${request.subject}`);
      case "schema":
        await this.#assertSchemas(rule, request.subject);
        return undefined;
      case "rate":
        return this.#count(rule, request);
    }
  }

  /** An aggregate of which one event is not registered as deployed takes no command at all, rather than some. */
  async #assertSchemas(rule: RequestRule, commandType: string): Promise<void> {
    const { catalog, registry } = this.#ports;
    if (registry === undefined) throw violation(rule, "this function has no registry to ask");
    const { name, events } = catalog.command(commandType).aggregate;
    const newest = [...new Set(events.map((event) => event.name))].map((type) => catalog.newestContract(name, type));
    await registry.confirm(newest.map((contract) => ({ type: contract.name, schemaVersion: contract.version })));
  }

  async #count(
    { id, operation, quota: name, limit, windowSeconds }: Extract<RequestRule, { kind: "rate" }>,
    { actor }: PolicyRequest,
  ): Promise<QuotaUse> {
    const { limits } = this.#ports;
    if (limits === undefined) throw nexusError("NEXUS_RATE_LIMITS_UNAVAILABLE", `nothing counts for ${id}`);
    const state = await limits.take(`${operation}#${clientOf(actor ?? "")}`, { limit, windowSeconds });
    const quota = { ...state, name, limit, windowSeconds };
    if (state.granted) return quota;
    throw nexusError("NEXUS_RATE_LIMITED", `at most ${limit} in ${windowSeconds} s for each client`, {
      context: { quota },
    });
  }

  /** The error with its rule. An unknown command is no violation: its use case says so better. */
  #refused(rule: RequestRule, request: PolicyRequest, error: unknown): unknown {
    if (!isNexusError(error) || error.code === "NEXUS_COMMAND_UNKNOWN") return error;
    const { operation, subject, method, actor } = request;
    this.#ports.telemetry.metric("PolicyViolations", "Count", 1);
    this.#ports.telemetry.warn("a policy refused a request", {
      ...{ rule: rule.id, code: error.code, reason: error.message },
      ...{ operation, subject, method, actor: actor ?? "anonymous" },
    });
    return withRule(error, rule.id);
  }
}

const violation = (rule: RequestRule, message: string): NexusError =>
  nexusError("NEXUS_POLICY_VIOLATION", `${rule.id}: ${message}`);

const withRule = ({ code, family, retryable, message, context, cause }: NexusError, rule: string): NexusError =>
  new NexusError(code, family, retryable, message, { context: { ...context, rule }, cause });
