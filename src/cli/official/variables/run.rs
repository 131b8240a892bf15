//! Where and how the suite runs.

use crate::http::Secret;

use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Kind;
use crate::cli::official::effect::Place;
use crate::cli::official::filter;
use crate::cli::official::words;

pub(super) const ROWS: &[Variable] = &[
    Variable::newer(
        "OCI_CONFIGURATION",
        "",
        "The YAML file is read, by the same keys; without it `oci-conformance.yaml`, if that is there.",
        words::nothing,
    ),
    Variable::newer(
        "OCI_REGISTRY",
        "registry",
        "The URL, together with `OCI_TLS`; `localhost:5000` unless given, as there.",
        words::registry,
    ),
    Variable::newer(
        "OCI_TLS",
        "tls",
        "`enabled`: https. `insecure`: https and `--insecure`. `disabled`: http.",
        words::tls,
    ),
    Variable::newer(
        "OCI_REPO1",
        "repo1",
        "The first `--repo`; `conformance/repo1` unless given, as there.",
        |text| words::repository(Place::First, text),
    ),
    Variable::newer(
        "OCI_REPO2",
        "repo2",
        "The second `--repo`; `conformance/repo2` unless given, as there.",
        |text| words::repository(Place::Second, text),
    ),
    Variable::newer("OCI_USERNAME", "username", "`--username`.", |text| {
        Ok(vec![Effect::Username(text.to_owned())])
    }),
    Variable::newer(
        "OCI_PASSWORD",
        "password",
        "The password, as `PLIMSOLL_PASSWORD` has it; that one and `--password-stdin` count more.",
        |text| Ok(vec![Effect::Password(Secret::new(text))]),
    ),
    Variable::newer(
        "OCI_VERSION",
        "version",
        "`--spec`: `1.0` is 1.0, `1.1` and `stable` are 1.1, `dev` is 1.2.",
        words::version,
    ),
    Variable::newer(
        "OCI_RESULTS_DIR",
        "resultsDir",
        "`--out`; `./results` unless given, as there.",
        |text| Ok(vec![Effect::Out(Some(text.to_owned()))]),
    ),
    Variable::newer(
        "OCI_LOG",
        "logging",
        "`debug`: `--verbose --exchanges all`. `info`: `--verbose`. `warn`, `error`: nothing.",
        words::log,
    ),
    Variable::newer(
        "OCI_CACHE_AUTH",
        "cacheAuth",
        "Nothing: a token is always used as long as it holds, for what it was given for.",
        words::no_matter,
    ),
    Variable::newer(
        "OCI_FILTER_TEST",
        "filterTest",
        "`--only`, by the table of names below.",
        |text| {
            filter::globs(text)
                .map(|it| it.map_or_else(Vec::new, |globs| vec![Effect::Only(globs)]))
        },
    ),
    Variable::newer(
        "OCI_RO_DATA_TAGS",
        "roData.tags",
        "With `OCI_API_PUSH=false`: the first is `--tag`.",
        |text| words::given(Kind::Tag, text, ' '),
    ),
    Variable::newer(
        "OCI_RO_DATA_MANIFESTS",
        "roData.manifests",
        "With `OCI_API_PUSH=false`: the first is `--manifest`.",
        |text| words::given(Kind::Manifest, text, ' '),
    ),
    Variable::newer(
        "OCI_RO_DATA_BLOBS",
        "roData.blobs",
        "With `OCI_API_PUSH=false`: the first is `--blob`.",
        |text| words::given(Kind::Blob, text, ' '),
    ),
    Variable::newer(
        "OCI_RO_DATA_REFERRERS",
        "roData.referrers",
        "Nothing: referrers are checked against what the run itself pushed, never on trust.",
        |text| words::given(Kind::Manifest, text, ' ').map(|_| Vec::new()),
    ),
];
