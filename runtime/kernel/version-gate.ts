/**
 * What a consumer at `position` does with the event of `version`: what it has seen it drops, the next it applies,
 * before anything later it reads the missing ones from the log. The bus promises no order; this makes it harmless.
 */
export const versionGate = (position: number, version: number): "drop" | "apply" | "gap" => {
  if (version <= position) return "drop";
  return version === position + 1 ? "apply" : "gap";
};
