//! What the suite took before it was written anew.

use crate::check::Feature;

use super::Age;
use super::Reads;
use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Kind;
use crate::cli::official::effect::Place;
use crate::cli::official::effect::Workflow;
use crate::cli::official::words;
use crate::cli::official::words::Said;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "OCI_ROOT_URL",
        key: "",
        age: Age::Older,
        means: "The URL, its scheme included; https without one.",
        reads: Reads::Text(words::root_url),
    },
    Variable {
        name: "OCI_NAMESPACE",
        key: "",
        age: Age::Older,
        means: "The first `--repo`.",
        reads: Reads::Text(|text| words::namespace(Place::First, text)),
    },
    Variable {
        name: "OCI_CROSSMOUNT_NAMESPACE",
        key: "",
        age: Age::Older,
        means: "The second `--repo`; `conformance/repo2` unless given.",
        reads: Reads::Text(|text| words::namespace(Place::Second, text)),
    },
    Variable {
        name: "OCI_TEST_PULL",
        key: "",
        age: Age::Older,
        means: "Puts `pull`. Once one of these four is on, those that are not leave their workflow out, as the older suite does.",
        reads: Reads::Text(|text| workflow(Workflow::Pull, text)),
    },
    Variable {
        name: "OCI_TEST_PUSH",
        key: "",
        age: Age::Older,
        means: "Puts `push`, likewise. What other workflows need is pushed all the same.",
        reads: Reads::Text(|text| workflow(Workflow::Push, text)),
    },
    Variable {
        name: "OCI_TEST_CONTENT_DISCOVERY",
        key: "",
        age: Age::Older,
        means: "Puts `discovery`, likewise.",
        reads: Reads::Text(|text| workflow(Workflow::Discovery, text)),
    },
    Variable {
        name: "OCI_TEST_CONTENT_MANAGEMENT",
        key: "",
        age: Age::Older,
        means: "Puts `management`, likewise.",
        reads: Reads::Text(|text| workflow(Workflow::Management, text)),
    },
    Variable {
        name: "OCI_DEBUG",
        key: "",
        age: Age::Older,
        means: "`--verbose --exchanges all`.",
        reads: Reads::Text(words::debug),
    },
    Variable {
        name: "OCI_TAG_NAME",
        key: "",
        age: Age::Older,
        means: "With `OCI_MANIFEST_DIGEST` and `OCI_BLOB_DIGEST`, where neither `push` nor `management` is put: `--read-only` and `--tag`.",
        reads: Reads::Text(|text| words::given(Kind::Tag, text, ' ')),
    },
    Variable {
        name: "OCI_MANIFEST_DIGEST",
        key: "",
        age: Age::Older,
        means: "Likewise `--manifest`.",
        reads: Reads::Text(|text| words::given(Kind::Manifest, text, ' ')),
    },
    Variable {
        name: "OCI_BLOB_DIGEST",
        key: "",
        age: Age::Older,
        means: "Likewise `--blob`.",
        reads: Reads::Text(|text| words::given(Kind::Blob, text, ' ')),
    },
    Variable {
        name: "OCI_TAG_LIST",
        key: "",
        age: Age::Older,
        means: "Its first tag, where there is no `OCI_TAG_NAME`. Lists are checked against what the run itself pushed, never on trust.",
        reads: Reads::Text(|text| words::given(Kind::Tag, text, ',')),
    },
    Variable {
        name: "OCI_REPORT_DIR",
        key: "",
        age: Age::Older,
        means: "`--out`; `none` is `--report none`. The current folder unless given, as there.",
        reads: Reads::Text(|text| {
            let is_none = text == "none";
            Ok(vec![Effect::Out((!is_none).then(|| text.to_owned()))])
        }),
    },
    Variable {
        name: "OCI_HIDE_SKIPPED_WORKFLOWS",
        key: "",
        age: Age::Older,
        means: "Nothing: what was left out is folded away, and never hidden.",
        reads: Reads::Text(words::no_matter),
    },
    Variable {
        name: "OCI_DELETE_MANIFEST_BEFORE_BLOBS",
        key: "",
        age: Age::Older,
        means: "Nothing: tags are deleted first, then manifests, then blobs.",
        reads: Reads::Text(words::no_matter),
    },
    Variable {
        name: "OCI_AUTH_SCOPE",
        key: "",
        age: Age::Older,
        means: "Nothing: the scope is what the registry's challenge asks for.",
        reads: Reads::Text(words::nothing),
    },
    Variable {
        name: "OCI_SKIP_EMPTY_LAYER_PUSH_TEST",
        key: "",
        age: Age::Older,
        means: "`1` is `OCI_DATA_NO_LAYERS=false`.",
        reads: Reads::Text(|text| {
            if words::boolean(text)? {
                Ok(vec![Effect::Part("OCI_DATA_NO_LAYERS", false)])
            } else {
                Ok(Vec::new())
            }
        }),
    },
    Variable {
        name: "OCI_AUTOMATIC_CROSSMOUNT",
        key: "",
        age: Age::Older,
        means: "`1` is `--require anonymous-mount`. `0` is nothing: a registry need not have it, and may.",
        reads: Reads::Text(|text| {
            if words::boolean(text)? {
                Ok(vec![Effect::Require(Feature::AnonymousMount)])
            } else {
                Ok(Vec::new())
            }
        }),
    },
];

fn workflow(workflow: Workflow, text: &str) -> Said {
    let on = words::boolean(text)?;
    Ok(vec![Effect::Workflow(workflow, on)])
}
