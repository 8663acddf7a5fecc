/** What the tests of a service module are written with. */
export { NOW, type Outcome, type SpecifiedCommand, specification } from "./specification.ts";
