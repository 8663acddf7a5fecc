import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("nexus-blueprint", { policies: [...policies], enforcementLevel: "mandatory" });
