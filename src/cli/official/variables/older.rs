//! What the suite took before it was written anew.

use crate::check::Feature;

use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Kind;
use crate::cli::official::effect::Place;
use crate::cli::official::effect::Workflow;
use crate::cli::official::words;
use crate::cli::official::words::Said;

pub(super) const ROWS: &[Variable] = &[
    Variable::older(
        "OCI_ROOT_URL",
        "The URL, its scheme included; https without one.",
        words::root_url,
    ),
    Variable::older("OCI_NAMESPACE", "The first `--repo`.", |text| {
        words::namespace(Place::First, text)
    }),
    Variable::older(
        "OCI_CROSSMOUNT_NAMESPACE",
        "The second `--repo`; `conformance/repo2` unless given.",
        |text| words::namespace(Place::Second, text),
    ),
    Variable::older(
        "OCI_TEST_PULL",
        "Puts `pull`. Once one of these four is on, those that are not leave their workflow out, as the older suite does.",
        |text| workflow(Workflow::Pull, text),
    ),
    Variable::older(
        "OCI_TEST_PUSH",
        "Puts `push`, likewise. What other workflows need is pushed all the same.",
        |text| workflow(Workflow::Push, text),
    ),
    Variable::older(
        "OCI_TEST_CONTENT_DISCOVERY",
        "Puts `discovery`, likewise.",
        |text| workflow(Workflow::Discovery, text),
    ),
    Variable::older(
        "OCI_TEST_CONTENT_MANAGEMENT",
        "Puts `management`, likewise.",
        |text| workflow(Workflow::Management, text),
    ),
    Variable::older("OCI_DEBUG", "`--verbose --exchanges all`.", words::debug),
    Variable::older(
        "OCI_TAG_NAME",
        "With `OCI_MANIFEST_DIGEST` and `OCI_BLOB_DIGEST`, where neither `push` nor `management` is put: `--read-only` and `--tag`.",
        |text| words::given(Kind::Tag, text, ' '),
    ),
    Variable::older("OCI_MANIFEST_DIGEST", "Likewise `--manifest`.", |text| {
        words::given(Kind::Manifest, text, ' ')
    }),
    Variable::older("OCI_BLOB_DIGEST", "Likewise `--blob`.", |text| {
        words::given(Kind::Blob, text, ' ')
    }),
    Variable::older(
        "OCI_TAG_LIST",
        "Its first tag, where there is no `OCI_TAG_NAME`. Lists are checked against what the run itself pushed, never on trust.",
        |text| words::given(Kind::Tag, text, ','),
    ),
    Variable::older(
        "OCI_REPORT_DIR",
        "`--out`; `none` is `--report none`. The current folder unless given, as there.",
        |text| {
            let is_none = text == "none";
            Ok(vec![Effect::Out((!is_none).then(|| text.to_owned()))])
        },
    ),
    Variable::older(
        "OCI_HIDE_SKIPPED_WORKFLOWS",
        "Nothing: what was left out is folded away, and never hidden.",
        words::no_matter,
    ),
    Variable::older(
        "OCI_DELETE_MANIFEST_BEFORE_BLOBS",
        "Nothing: tags are deleted first, then manifests, then blobs.",
        words::no_matter,
    ),
    Variable::older(
        "OCI_AUTH_SCOPE",
        "Nothing: the scope is what the registry's challenge asks for.",
        words::nothing,
    ),
    Variable::older(
        "OCI_SKIP_EMPTY_LAYER_PUSH_TEST",
        "`1` is `OCI_DATA_NO_LAYERS=false`.",
        |text| {
            if words::boolean(text)? {
                Ok(vec![Effect::Part("OCI_DATA_NO_LAYERS", false)])
            } else {
                Ok(Vec::new())
            }
        },
    ),
    Variable::older(
        "OCI_AUTOMATIC_CROSSMOUNT",
        "`1` is `--require anonymous-mount`. `0` is nothing: a registry need not have it, and may.",
        |text| {
            if words::boolean(text)? {
                Ok(vec![Effect::Require(Feature::AnonymousMount)])
            } else {
                Ok(Vec::new())
            }
        },
    ),
];

fn workflow(workflow: Workflow, text: &str) -> Said {
    let on = words::boolean(text)?;
    Ok(vec![Effect::Workflow(workflow, on)])
}
