// Attaches FILE to the image DIGEST of REPOSITORY in the registry $REGISTRY, and prints what the package says of it.
//
//     attach.js REPOSITORY DIGEST FILE
const fs = require("node:fs");
const { attachArtifactToImage, getImageDigest } = require("@sigstore/oci");

const { REGISTRY, LOGIN, USER_NAME, USER_PASSWORD } = process.env;
const [repository, digest, file] = process.argv.slice(2);
const imageName = `${REGISTRY}/${repository}`;
const credentials = LOGIN === "none" ? undefined : { username: USER_NAME, password: USER_PASSWORD };

async function main() {
  const found = await getImageDigest({ imageName, imageTag: "v1", credentials });
  if (found !== digest) throw new Error(`the tag leads to ${found}, not ${digest}`);
  const attached = await attachArtifactToImage({
    imageName,
    imageDigest: digest,
    credentials,
    artifact: fs.readFileSync(file),
    mediaType: "application/vnd.test.sbom+json",
  });
  console.log(JSON.stringify(attached));
}

main().catch((error) => {
  for (let cause = error; cause; cause = cause.cause) console.error(String(cause));
  process.exit(1);
});
