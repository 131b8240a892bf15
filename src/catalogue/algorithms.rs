//! ALG: digests by another algorithm than sha256.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Digest algorithms.
pub static AREA: Area = Area {
    alias: "ALG",
    title: "Digest algorithms",
    rows: &[
        &UPLOAD_ALGORITHM_ACCEPTED,
        &UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED,
        &ALGORITHM_UPLOAD_COMPLETED,
        &BLOB_ALGORITHM_ANSWERED,
        &MANIFEST_ALGORITHM_ANSWERED,
    ],
};

/// Opening a session for an algorithm.
pub static UPLOAD_ALGORITHM_ACCEPTED: Requirement = Requirement {
    id: "upload-algorithm-accepted",
    alias: "ALG-01",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "Where sha512 is supported, a POST with digest-algorithm=sha512 opens an upload \
               session and answers 202; 201, which the endpoint table lists, is tolerated.",
};

/// Opening one for an unsupported algorithm.
pub static UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED: Requirement = Requirement {
    id: "unsupported-upload-algorithm-refused",
    alias: "ALG-02",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("pushing-blobs"),
    sentence: "A POST whose digest-algorithm is not supported answers 400.",
};

/// Completing such a session.
pub static ALGORITHM_UPLOAD_COMPLETED: Requirement = Requirement {
    id: "algorithm-upload-completed",
    alias: "ALG-03",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "Where sha512 is supported, a session opened for it is closed by a PUT with a sha512 \
               digest, which answers 201, and the blob can be pulled by that digest.",
};

/// Blobs by another algorithm.
pub static BLOB_ALGORITHM_ANSWERED: Requirement = Requirement {
    id: "blob-algorithm-answered",
    alias: "ALG-04",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("pushing-blobs"),
    sentence: "A PUT that closes an upload with a sha512 digest answers 201, or 400 where the \
               registry does not support the algorithm.",
};

/// Manifests by another algorithm.
pub static MANIFEST_ALGORITHM_ANSWERED: Requirement = Requirement {
    id: "manifest-algorithm-answered",
    alias: "ALG-05",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest by its sha512 digest answers 201, or 400 where the registry \
               does not support the algorithm.",
};
