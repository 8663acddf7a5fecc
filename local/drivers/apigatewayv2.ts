import type { Properties } from "../engine/values.ts";
import type { CorsConfig } from "../services/apigateway/index.ts";
import { arnOf, type Cloud } from "./cloud.ts";
import { putDriver } from "./driver.ts";
import { shortId } from "./ids.ts";
import { compact, integer, record, requiredText, text } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

const executionArn = (cloud: Cloud, apiId: string): string => arnOf(cloud, "execute-api", apiId);

const protocolOf = (inputs: Properties): "HTTP" | "WEBSOCKET" => {
  const protocol = requiredText(inputs, "protocolType");
  if (protocol === "HTTP" || protocol === "WEBSOCKET") return protocol;
  throw new Error(`protocolType must be HTTP or WEBSOCKET, not ${JSON.stringify(protocol)}`);
};

export const api = putDriver({
  replaceOnChangeOf: ["protocolType"],
  put: (cloud, resource, saved) => {
    const { inputs } = resource;
    const apiId = saved?.id ?? shortId(resource.autoName);
    const name =
      saved === undefined ? (text(inputs, "name") ?? resource.autoName) : requiredText(saved.outputs, "name");
    const protocolType = protocolOf(inputs);
    const selection = text(inputs, "routeSelectionExpression");
    const cors = record(inputs, "corsConfiguration");
    cloud.gateway.putApi({
      apiId,
      name,
      protocolType,
      ...(selection === undefined ? {} : { routeSelectionExpression: selection }),
      ...(Object.keys(cors).length > 0 ? { cors: cors as CorsConfig } : {}),
    });
    return {
      id: apiId,
      outputs: {
        name,
        arn: `arn:aws:apigateway:${cloud.region}::/apis/${apiId}`,
        executionArn: executionArn(cloud, apiId),
        // A stage adds its name; the endpoint of an API ends before it.
        apiEndpoint: cloud.gateway.invokeUrl(apiId, "$default").replace(/\/\$default$/, ""),
        routeSelectionExpression: selection ?? "$request.method $request.path",
        tagsAll: tagsOf(resource),
      },
    };
  },
  delete: (cloud, saved) => cloud.gateway.deleteApi(saved.id),
});

export const integration = putDriver({
  replaceOnChangeOf: ["apiId", "integrationType"],
  put: (cloud, { inputs, autoName }, saved) => {
    const integrationId = saved?.id ?? shortId(autoName).slice(0, 7);
    const version = text(inputs, "payloadFormatVersion");
    const timeout = integer(inputs, "timeoutMilliseconds");
    cloud.gateway.putIntegration({
      apiId: requiredText(inputs, "apiId"),
      integrationId,
      integrationType: requiredText(inputs, "integrationType"),
      integrationUri: requiredText(inputs, "integrationUri"),
      ...(version === undefined ? {} : { payloadFormatVersion: version }),
      ...(timeout === undefined ? {} : { timeoutInMillis: timeout }),
    });
    return { id: integrationId, outputs: {} };
  },
  delete: (cloud, saved) => cloud.gateway.deleteIntegration(requiredText(saved.inputs, "apiId"), saved.id),
});

export const route = putDriver({
  replaceOnChangeOf: ["apiId"],
  put: (cloud, { inputs, autoName }, saved) => {
    const routeId = saved?.id ?? shortId(autoName).slice(0, 7);
    const [authorizationType, target] = [text(inputs, "authorizationType"), text(inputs, "target")];
    cloud.gateway.putRoute({
      apiId: requiredText(inputs, "apiId"),
      routeId,
      routeKey: requiredText(inputs, "routeKey"),
      ...(authorizationType === undefined ? {} : { authorizationType }),
      ...(target === undefined ? {} : { target }),
    });
    return { id: routeId, outputs: {} };
  },
  delete: (cloud, saved) => cloud.gateway.deleteRoute(requiredText(saved.inputs, "apiId"), saved.id),
});

export const stage = putDriver({
  replaceOnChangeOf: ["apiId", "name"],
  put: (cloud, resource, saved) => {
    const { inputs } = resource;
    const apiId = requiredText(inputs, "apiId");
    const name = saved?.id ?? text(inputs, "name") ?? resource.autoName;
    const limits = record(inputs, "defaultRouteSettings");
    const [rateLimit, burstLimit] = [limits["throttlingRateLimit"], limits["throttlingBurstLimit"]].map(Number);
    cloud.gateway.putStage({
      apiId,
      name,
      autoDeploy: inputs["autoDeploy"] === true,
      ...(rateLimit && burstLimit ? { throttling: { rateLimit, burstLimit } } : {}),
    });
    const url = cloud.gateway.invokeUrl(apiId, name);
    return {
      id: name,
      outputs: compact({
        name,
        arn: `arn:aws:apigateway:${cloud.region}::/apis/${apiId}/stages/${name}`,
        executionArn: `${executionArn(cloud, apiId)}/${name}`,
        // The provider ends the URL of $default with a slash, and no other.
        invokeUrl: name === "$default" ? `${url}/` : url,
        tagsAll: tagsOf(resource),
      }),
    };
  },
  delete: (cloud, saved) => cloud.gateway.deleteStage(requiredText(saved.inputs, "apiId"), saved.id),
});
