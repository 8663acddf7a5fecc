import { arnOf } from "./cloud.ts";
import { putDriver } from "./driver.ts";
import { shortId } from "./ids.ts";
import { text } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

/**
 * A search domain. Its nodes, network and encryption are not simulated; what it holds is: functions reach the local read
 * model through the SDK's endpoint override, and a domain that goes takes the read model with it.
 */
export const domain = putDriver({
  replaceOnChangeOf: ["domainName"],
  put: (cloud, resource, saved) => {
    const name =
      saved === undefined
        ? (text(resource.inputs, "domainName") ?? resource.autoName)
        : String(saved.outputs["domainName"]);
    const arn = arnOf(cloud, "es", `domain/${name}`);
    const endpoint = `search-${name}-${shortId(arn)}.${cloud.region}.es.amazonaws.com`;
    return {
      id: arn,
      outputs: {
        domainName: name,
        arn,
        domainId: `${cloud.accountId}/${name}`,
        endpoint,
        dashboardEndpoint: `${endpoint}/_dashboards`,
        tagsAll: tagsOf(resource),
      },
    };
  },
  delete: (cloud) => cloud.forgetReadModel(),
});
