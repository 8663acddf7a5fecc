// What is imported dynamically is bundled whole. By way of this module it is what these three names need.
export { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
