import type { RouteConfig } from "./config.ts";

export interface RouteMatch {
  readonly route: RouteConfig;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Percent-decoding that leaves malformed sequences as they came. */
export const decodePath = (path: string): string =>
  path.replace(/(%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

const segments = (path: string): string[] => path.split("/").slice(1);
const VARIABLE = /^\{([^+}]+)(\+?)\}$/;

/** The path variables when the pattern fits, and a rank per segment: 3 literal, 2 variable, 1 greedy. */
const matchPattern = (pattern: string, path: string): { ranks: string; values: Record<string, string> } | undefined => {
  const wanted = segments(pattern);
  const given = segments(path);
  const values: Record<string, string> = {};
  let ranks = "";
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    const [, name, greedy] = VARIABLE.exec(part) ?? [];
    if (name !== undefined && greedy === "+") {
      const rest = given.slice(index).join("/");
      if (rest === "") return undefined;
      values[name] = decodePath(rest);
      return { ranks: `${ranks}1`, values };
    }
    if (value === undefined) return undefined;
    if (name === undefined) {
      if (decodePath(value) !== part) return undefined;
      ranks += "3";
    } else {
      if (value === "") return undefined;
      values[name] = decodePath(value);
      ranks += "2";
    }
  }
  return wanted.length === given.length ? { ranks, values } : undefined;
};

/**
 * The route of an HTTP API for a request, the most specific first: literal before variable before greedy segment,
 * the method before `ANY`, `$default` last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const matchRoute = (routes: Iterable<RouteConfig>, method: string, path: string): RouteMatch | undefined => {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  let best: { rank: string; match: RouteMatch } | undefined;
  for (const route of routes) {
    if (route.routeKey === "$default") {
      best ??= { rank: "", match: { route, pathParameters: {} } };
      continue;
    }
    const [verb = "", pattern = ""] = route.routeKey.split(" ");
    if (verb !== method && verb !== "ANY") continue;
    const found = matchPattern(pattern, trimmed);
    if (found === undefined) continue;
    const rank = `${found.ranks}${verb === "ANY" ? "a" : "b"}`;
    if (best === undefined || rank > best.rank) best = { rank, match: { route, pathParameters: found.values } };
  }
  return best?.match;
};
