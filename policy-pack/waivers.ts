import type { ReportViolation } from "@pulumi/policy";
import type { NexusPolicy, NexusResourcePolicy, NexusStackPolicy } from "./define.ts";

/** A violation that somebody has decided to live with for a while. */
export interface Waiver {
  readonly policy: string;
  /** Name or URN of the resource. */
  readonly resource: string;
  readonly reason: string;
  /** The last day it counts, `YYYY-MM-DD`. */
  readonly expires: string;
}

export const WAIVERS_KEY = "nexus:waivers";
/** Holds today's date for the pack, which has no clock of its own. Without it no waiver counts. */
export const DATE_VARIABLE = "NEXUS_POLICY_DATE";

const FIELDS = ["policy", "resource", "reason", "expires"] as const;

/**
 * The waivers in the config of the stack, which both the Pulumi CLI and `nexus` hand to a pack in PULUMI_CONFIG.
 * Throws an error that names the entry: a waiver that is not understood must not count.
 */
export const readWaivers = (pulumiConfig: string | undefined, policies: readonly NexusPolicy[]): readonly Waiver[] => {
  const text = (JSON.parse(pulumiConfig || "{}") as Record<string, string | undefined>)[WAIVERS_KEY];
  if (text === undefined) return [];
  const list = parse(text);
  if (!Array.isArray(list)) throw new Error(`${WAIVERS_KEY} must be a list of {${FIELDS.join(", ")}}`);
  return list.map((entry: unknown, index) => toWaiver(entry, `${WAIVERS_KEY}[${index}]`, policies));
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const toWaiver = (entry: unknown, where: string, policies: readonly NexusPolicy[]): Waiver => {
  const value = (field: string): unknown =>
    typeof entry === "object" && entry !== null ? Reflect.get(entry, field) : undefined;
  const [policy, resource, reason, expires] = FIELDS.map((field) => {
    const text = value(field);
    if (typeof text !== "string" || text.trim() === "") throw new Error(`${where}.${field} must be a text`);
    return text;
  }) as [string, string, string, string];
  if (!policies.some(({ name }) => name === policy))
    throw new Error(`${where}.policy: the pack has no policy ${JSON.stringify(policy)}`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || new Date(expires).toJSON()?.slice(0, 10) !== expires)
    throw new Error(`${where}.expires must be a day such as 2027-01-31, but is ${JSON.stringify(expires)}`);
  return { policy, resource, reason, expires };
};

/**
 * The policies with the waivers applied: what is waived is told as advice, by an advisory twin of the policy, and stops
 * nothing. A waiver counts up to and with its last day; without a date none does.
 */
export const applyWaivers = (
  policies: readonly NexusPolicy[],
  waivers: readonly Waiver[],
  today: string | undefined,
): readonly NexusPolicy[] =>
  policies.flatMap((policy): NexusPolicy[] => {
    const own = waivers.filter((waiver) => waiver.policy === policy.name);
    if (own.length === 0) return [policy];
    const counts = ({ expires }: Waiver): boolean => today !== undefined && today <= expires;
    const waiverOf = (urn: string): Waiver | undefined => own.find(({ resource }) => isAbout(resource, urn));
    const kept = reporting(policy, (message, urn, report) => {
      const waiver = waiverOf(urn);
      if (waiver === undefined) report(message, urn);
      else if (!counts(waiver)) report(`${message} ${whyNot(waiver, today)}`, urn);
    });
    const waived = reporting(policy, (message, urn, report) => {
      const waiver = waiverOf(urn);
      if (waiver !== undefined && counts(waiver))
        report(`Waived until ${waiver.expires} (${waiver.reason}): ${message}`, urn);
    });
    return [kept, { ...waived, name: `${policy.name}-waived`, enforcementLevel: "advisory" }];
  });

const isAbout = (resource: string, urn: string): boolean =>
  urn === resource || urn.split("::").slice(3).join("::") === resource;

const whyNot = ({ expires }: Waiver, today: string | undefined): string =>
  today === undefined
    ? `Its waiver counts only where the date is known: set ${DATE_VARIABLE}=$(date +%F).`
    : `Its waiver expired on ${expires}.`;

type Reporter = (message: string, urn: string, report: ReportViolation) => void;

/** The policy with another way of reporting; each validation keeps the mark of the type it is for. */
const reporting = (policy: NexusPolicy, tell: Reporter): NexusPolicy =>
  "validateStack" in policy ? stackReporting(policy, tell) : resourceReporting(policy, tell);

const stackReporting = (policy: NexusStackPolicy, tell: Reporter): NexusStackPolicy => ({
  ...policy,
  validateStack: (args, report) => policy.validateStack(args, (message, urn = "") => tell(message, urn, report)),
});

const resourceReporting = (policy: NexusResourcePolicy, tell: Reporter): NexusResourcePolicy => ({
  ...policy,
  validateResource: [policy.validateResource ?? []]
    .flat()
    .map((validate) =>
      Object.assign<typeof validate, object>(
        (args, report) => validate(args, (message) => tell(message, args.urn, report)),
        validate,
      ),
    ),
});
