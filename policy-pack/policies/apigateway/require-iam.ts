import type { RouteArgs } from "@pulumi/aws/apigatewayv2/route.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { ofType } from "../../validation.ts";

export const requireIam = resourcePolicy({
  name: "nexus-apigateway-route-require-iam",
  description: "Every route of an HTTP API, and the opening of every WebSocket, asks for a signed request.",
  severity: "critical",
  framework: fsbp("APIGateway.8", "Routes specify an authorization type"),
  tags: ["CKV_AWS_309"],
  remediationSteps: "Set authorizationType to AWS_IAM; HttpApi.addRoutes does.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html",
  validateResource: ofType<RouteArgs>("aws:apigatewayv2/route:Route", (route, report) => {
    // API Gateway authorizes a WebSocket once, when it is opened.
    if (route.routeKey === "$disconnect" || route.routeKey === "$default") return;
    if (route.authorizationType !== "AWS_IAM")
      report(`Anybody may call ${route.routeKey}. Set authorizationType to AWS_IAM.`);
  }),
});
