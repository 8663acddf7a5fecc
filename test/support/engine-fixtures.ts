import type { Driver } from "../../local/drivers/driver.ts";
import type { Registration } from "../../local/engine/registration.ts";
import type { EngineContext } from "../../local/engine/resource.ts";
import { type SavedState, StateStore } from "../../local/engine/state.ts";
import { makeUrn } from "../../local/engine/urn.ts";

const TYPE = "aws:sqs/queue:Queue";
const STACK = { project: "shop", stack: "dev" };

type RegistrationParts = Partial<Omit<Registration, "options">> & { options?: Partial<Registration["options"]> };

export const registrationOf = ({
  name = "queue",
  type = TYPE,
  options,
  ...rest
}: RegistrationParts = {}): Registration => ({
  urn: makeUrn(STACK, "", type, name),
  type,
  name,
  custom: true,
  remote: false,
  parent: "",
  provider: "",
  inputs: {},
  dependencies: [],
  propertyDependencies: {},
  source: undefined,
  ...rest,
  options: {
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    ...options,
  },
});

export const savedStateOf = (parts: Partial<SavedState> = {}): SavedState => ({
  urn: registrationOf().urn,
  type: TYPE,
  id: "queue-1",
  inputs: {},
  outputs: {},
  protect: false,
  retainOnDelete: false,
  generation: 0,
  ...parts,
});

/** A driver that writes down what it is asked. A resource's id is its automatic name; `name` is fixed at creation. */
export const recordingDriver = (calls: string[]): Driver => ({
  replaceOnChangeOf: ["name"],
  create: async (_cloud, { autoName }) => {
    calls.push(`create ${autoName}`);
    return { id: autoName, outputs: { arn: `arn:${autoName}` } };
  },
  restore: async (_cloud, _resource, saved) => {
    calls.push(`restore ${saved.id}`);
    return { arn: `arn:${saved.id}` };
  },
  update: async (_cloud, _resource, saved) => {
    calls.push(`update ${saved.id}`);
    return { arn: `arn:${saved.id}` };
  },
  delete: async (_cloud, saved) => {
    calls.push(`delete ${saved.id}`);
  },
});

/** An engine's surroundings with a state in memory and one driver for every type. */
export const engineContextWith = (driver: Driver, state = new StateStore(":memory:")): EngineContext => ({
  state,
  driverOf: () => driver,
  invoke: async () => ({}),
  read: async () => ({}),
  workingDirectory: process.cwd(),
  defaultTags: {},
});
