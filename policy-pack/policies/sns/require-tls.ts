import { stackPolicy } from "../../define.ts";
import { indexOf } from "../../graph/resources.ts";
import { isProduction, PRODUCTION_ONLY } from "../../production.ts";
import { refusesPlaintext } from "../../tls.ts";
import { TOPIC } from "../../types.ts";

export const requireTopicTls = stackPolicy({
  name: "nexus-sns-topic-require-tls",
  description: "In production a topic refuses what does not come over TLS.",
  severity: "high",
  configSchema: PRODUCTION_ONLY,
  remediationSteps: "Add a TopicPolicy that denies sns:Publish where aws:SecureTransport is false; EventBus does.",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
  validateStack: (args, report) => {
    const index = indexOf(args.resources);
    for (const topic of index.ofType(TOPIC))
      if (
        isProduction(args, topic.urn) &&
        !refusesPlaintext(index, topic, { type: "aws:sns/topicPolicy:TopicPolicy", by: "arn" })
      )
        report(`${topic.name} takes messages without TLS. Add a TopicPolicy that denies them.`, topic.urn);
  },
});
