import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";
import { applyWaivers, DATE_VARIABLE, readWaivers } from "./waivers.ts";

const waivers = readWaivers(process.env["PULUMI_CONFIG"], policies);
const judged = applyWaivers(policies, waivers, process.env[DATE_VARIABLE]);

new PolicyPack("nexus-blueprint", { policies: [...judged], enforcementLevel: "mandatory" });
