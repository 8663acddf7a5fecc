import type { EventContract, Route } from "../../../runtime/kernel/contract.ts";
import { aggregate, projection, type ServiceDefinition, service } from "../../../runtime/kernel/service.ts";

const contract = (name: string, route: Route): EventContract => ({
  name,
  aggregate: "parcel",
  version: 1,
  schema: { type: "object" },
  hash: "0",
  validate: () => [],
  route,
  personalData: [],
});

/** A service with one aggregate and one projection, whose events go by the given routes. */
export const parcels = (...routes: Route[]): ServiceDefinition =>
  service({
    name: "parcels",
    aggregates: [
      aggregate({
        name: "parcel",
        initialState: () => ({}),
        evolve: (state) => state,
        events: routes.map((route) => contract(`Parcel${route}`, route)),
        commands: {},
      }),
    ],
    projections: [
      projection({ name: "parcel-list", aggregate: "parcel", fields: { weight: "integer" }, transform: (doc) => doc }),
    ],
  });
