import type { IamService } from "../services/contract.ts";

/** Lambda keeps one policy a function and is given it statement by statement; IAM wants it whole. */
export class FunctionPermissions {
  readonly #iam: IamService;
  readonly #statements = new Map<string, Map<string, object>>();

  constructor(iam: IamService) {
    this.#iam = iam;
  }

  add(functionArn: string, statementId: string, statement: object): void {
    const statements = this.#statements.get(functionArn) ?? new Map<string, object>();
    statements.set(statementId, statement);
    this.#statements.set(functionArn, statements);
    this.#apply(functionArn);
  }

  remove(functionArn: string, statementId: string): void {
    this.#statements.get(functionArn)?.delete(statementId);
    this.#apply(functionArn);
  }

  #apply(functionArn: string): void {
    const statements = [...(this.#statements.get(functionArn)?.values() ?? [])];
    const policy = statements.length > 0 ? { Version: "2012-10-17", Statement: statements } : undefined;
    this.#iam.putResourcePolicy(functionArn, policy);
  }
}
