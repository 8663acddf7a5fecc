import {
  API,
  CONSUMER,
  FUNCTION,
  INTEGRATION,
  MAPPING,
  POLICY,
  QUEUE,
  ROUTE,
  STREAM,
  SUBSCRIPTION,
  TABLE,
  TOPIC,
} from "../types.ts";
import { documentsOf } from "./documents.ts";
import type { Link } from "./model.ts";
import { permissionsOf } from "./permissions.ts";
import type { GraphResource, ResourceIndex } from "./resources.ts";

/** Who calls, triggers, reads and writes whom. */
export const linksOf = (index: ResourceIndex): readonly Link[] => {
  const certain = [...routes(index), ...mappings(index), ...subscriptions(index)];
  const permitted = permissions(index).filter(({ from, to, verb }) => {
    // A mapping says the same, the other way round.
    if (verb === "follows") return !certain.some((link) => link.from === to && link.to === from);
    return from !== to;
  });
  const told = environments(index).filter(
    ({ from, to }) => ![...certain, ...permitted].some((link) => joins(link, from, to)),
  );
  return unique([...certain, ...permitted, ...told]);
};

const joins = ({ from, to }: Link, a: GraphResource, b: GraphResource): boolean =>
  (from === a && to === b) || (from === b && to === a);

const unique = (links: readonly Link[]): readonly Link[] => [
  ...new Map(links.map((link) => [`${link.from.urn} ${link.verb} ${link.to.urn}`, link])).values(),
];

const routes = (index: ResourceIndex): Link[] =>
  index.ofType(ROUTE).flatMap((route) =>
    index
      .sources(route, "target", INTEGRATION)
      .flatMap((integration) => index.sources(integration, "integrationUri", FUNCTION))
      .map((to): Link => ({ from: route, to, verb: "calls", via: route })),
  );

const mappings = (index: ResourceIndex): Link[] =>
  index
    .ofType(MAPPING)
    .flatMap((via) =>
      index
        .sources(via, "functionName", FUNCTION)
        .flatMap((to) =>
          index
            .sources(via, "eventSourceArn", TABLE, STREAM, CONSUMER, QUEUE)
            .map((source): Link => ({ from: streamOf(index, source), to, verb: "triggers", via })),
        ),
    );

const subscriptions = (index: ResourceIndex): Link[] =>
  index.ofType(SUBSCRIPTION).flatMap((via) =>
    index.sources(via, "topic", TOPIC).flatMap((from) =>
      index.sources(via, "endpoint", QUEUE, FUNCTION).map(
        (to): Link => ({
          ...{ from, to, via },
          verb: to.type === QUEUE ? "delivers" : "triggers",
        }),
      ),
    ),
  );

const permissions = (index: ResourceIndex): Link[] =>
  documentsOf(index).flatMap((document) => {
    const { holder, functions } = document;
    // A managed policy that no function has is for people: it stands for them.
    const holders = functions.length > 0 ? functions : holder.type === POLICY ? [holder] : [];
    return permissionsOf(document, index).flatMap(({ to, verb }) =>
      holders.map((from): Link => ({ from, to: streamOf(index, to), verb, via: holder })),
    );
  });

const environments = (index: ResourceIndex): Link[] =>
  index.ofType(FUNCTION).flatMap((from) =>
    index
      .sources(
        from,
        "environment",
        TABLE,
        STREAM,
        CONSUMER,
        TOPIC,
        QUEUE,
        "aws:opensearch/domain:Domain",
        FUNCTION,
        API,
      )
      .filter((to) => to !== from)
      .map((to): Link => ({ from, to: streamOf(index, to), verb: "knows", via: from })),
  );

/** A fan-out consumer is its stream, seen from one reader. */
const streamOf = (index: ResourceIndex, source: GraphResource): GraphResource =>
  source.type === CONSUMER ? (index.sources(source, "streamArn", STREAM)[0] ?? source) : source;
