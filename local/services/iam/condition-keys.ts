/**
 * The condition keys that the local cloud can judge, in lower case. A request may lack one of them, and then the key
 * is absent as it would be on AWS. Any other key is unknown here: a statement that asks for it fails closed.
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:username",
  "aws:userid",
  "aws:currenttime",
  "aws:epochtime",
  "aws:securetransport",
  "aws:requestedregion",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:viaawsservice",
  "aws:resourceaccount",
  "s3:prefix",
  "s3:delimiter",
  "sns:protocol",
  "sns:endpoint",
  "dynamodb:select",
  "dynamodb:returnvalues",
  "dynamodb:enclosingoperation",
]);

export const knowsConditionKey = (key: string): boolean => KNOWN_KEYS.has(key.toLowerCase());
