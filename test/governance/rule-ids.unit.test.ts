import { expect, it } from "vitest";
import { policies } from "../../policy-pack/policies.ts";
import { RULE_IDS, UNCHANGED_LOG_RULE } from "../../runtime/kernel/request-rules.ts";

it("names a rule at run time as the policy that holds the deployed stack to the same", () => {
  const known = policies.map(({ name }) => name);
  const { caller: ownOfTheService, ...shared } = RULE_IDS;
  expect(known).toEqual(expect.arrayContaining([...Object.values(shared), UNCHANGED_LOG_RULE]));
  expect(known).not.toContain(ownOfTheService);
});
