/** The service module that a bundle is built with: esbuild resolves the specifier to the path the component was given. */
declare module "nexus:service" {
  import type { ServiceDefinition } from "../kernel/service.ts";

  const definition: ServiceDefinition;
  export default definition;
}
