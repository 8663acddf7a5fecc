import { randomUUID } from "node:crypto";
import type { RunningStack } from "../../local/running-stack.ts";
import { failed } from "../failure.ts";
import { apiSigner } from "./sign.ts";

/** An answer in RFC 9457's form. */
export interface Problem {
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly correlationId?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export interface CommandRequest {
  readonly type: string;
  readonly aggregateId: string;
  readonly payload: unknown;
  readonly expectedVersion?: number;
  /** Idempotency-Key. @default a new UUID */
  readonly key?: string;
  /** X-Correlation-Id. @default the id that the API gives the request */
  readonly correlationId?: string;
}

export interface CommandReceipt {
  readonly commandId: string;
  readonly correlationId: string;
  readonly aggregateId: string;
  /** Version of the aggregate after the command. */
  readonly version: number;
  readonly events: readonly { readonly id: string; readonly type: string; readonly version: number }[];
}

export type CommandAnswer =
  | { readonly accepted: true; readonly status: number; readonly receipt: CommandReceipt }
  | { readonly accepted: false; readonly status: number; readonly problem: Problem };

export interface QueryRequest {
  readonly resource: string;
  /** `status`, `from.placedAt`, `sort`, `limit`, `cursor`, ... */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Full text; asks the search route. */
  readonly text?: string;
}

export interface QueryPage {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly cursor?: string;
  readonly total: number;
}

/** The HTTP API refused. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.name = "ApiProblem";
    this.problem = problem;
  }
}

export interface ApiClient {
  /** Sends a command; a refusal is an answer, not an error. */
  command(request: CommandRequest): Promise<CommandAnswer>;
  /** @throws {ApiProblem} */
  query(request: QueryRequest): Promise<QueryPage>;
}

type Address = Pick<RunningStack, "api" | "region" | "accessKeyId" | "secretAccessKey">;

/** The HTTP API of a stack, every request signed. Throws a CliFailure when the stack does not answer. */
export const apiClient = (stack: Address): ApiClient => {
  const signer = apiSigner(stack);

  const send = async (method: "GET" | "POST", url: URL, headers: Record<string, string> = {}, body?: string) => {
    const signed = await signer.sign({ method, url, headers, ...(body === undefined ? {} : { body }) });
    // fetch makes its own host header, and refuses to be given one.
    const { host: _, ...sent } = signed;
    try {
      const response = await fetch(url, { method, headers: sent, ...(body === undefined ? {} : { body }) });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      throw failed(`the stack at ${stack.api} does not answer (${reason(error)})`, error);
    }
  };

  return {
    command: async ({ type, aggregateId, payload, expectedVersion, key = randomUUID(), correlationId }) => {
      const body = JSON.stringify({
        aggregateId,
        payload,
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
      });
      const url = new URL(`${stack.api}/api/commands/${encodeURIComponent(type)}`);
      const headers = {
        "content-type": "application/json",
        "idempotency-key": key,
        ...(correlationId === undefined ? {} : { "x-correlation-id": correlationId }),
      };
      const answer = await send("POST", url, headers, body);
      return answer.status === 202
        ? { accepted: true, status: 202, receipt: answer.body as CommandReceipt }
        : { accepted: false, status: answer.status, problem: problemOf(answer) };
    },
    query: async ({ resource, parameters = {}, text }) => {
      const url = new URL(
        `${stack.api}/api/queries/${encodeURIComponent(resource)}${text === undefined ? "" : "/search"}`,
      );
      // Not URLSearchParams: it writes a space as "+", which a signature takes for a plus.
      url.search = Object.entries(text === undefined ? parameters : { ...parameters, q: text })
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join("&");
      const answer = await send("GET", url);
      if (answer.status !== 200) throw new ApiProblem(problemOf(answer));
      return answer.body as QueryPage;
    },
  };
};

/** One line, and a line for each field that is wrong. */
export const describeProblem = ({ status, title, detail, code, errors = [] }: Problem): string =>
  [
    `${code ?? status}: ${detail ?? title ?? "refused without a reason"}`,
    ...errors.map(({ path, message }) => `  ${path} ${message}`),
  ].join("\n");

const problemOf = ({ status, body }: { status: number; body: unknown }): Problem =>
  typeof body === "object" && body !== null
    ? { ...body, status, ...("message" in body && !("detail" in body) ? { detail: String(body.message) } : {}) }
    : { status, detail: String(body) };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const reason = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
};
