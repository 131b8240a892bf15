//! Where and how the suite runs.

use crate::http::Secret;

use super::Age;
use super::Reads;
use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Kind;
use crate::cli::official::effect::Place;
use crate::cli::official::filter;
use crate::cli::official::words;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "OCI_CONFIGURATION",
        key: "",
        age: Age::Newer,
        means: "The YAML file is read, by the same keys; without it `oci-conformance.yaml`, if that is there.",
        reads: Reads::Text(words::nothing),
    },
    Variable {
        name: "OCI_REGISTRY",
        key: "registry",
        age: Age::Newer,
        means: "The URL, together with `OCI_TLS`; `localhost:5000` unless given, as there.",
        reads: Reads::Text(words::registry),
    },
    Variable {
        name: "OCI_TLS",
        key: "tls",
        age: Age::Newer,
        means: "`enabled`: https. `insecure`: https and `--insecure`. `disabled`: http.",
        reads: Reads::Text(words::tls),
    },
    Variable {
        name: "OCI_REPO1",
        key: "repo1",
        age: Age::Newer,
        means: "The first `--repo`; `conformance/repo1` unless given, as there.",
        reads: Reads::Text(|text| words::repository(Place::First, text)),
    },
    Variable {
        name: "OCI_REPO2",
        key: "repo2",
        age: Age::Newer,
        means: "The second `--repo`; `conformance/repo2` unless given, as there.",
        reads: Reads::Text(|text| words::repository(Place::Second, text)),
    },
    Variable {
        name: "OCI_USERNAME",
        key: "username",
        age: Age::Newer,
        means: "`--username`.",
        reads: Reads::Text(|text| Ok(vec![Effect::Username(text.to_owned())])),
    },
    Variable {
        name: "OCI_PASSWORD",
        key: "password",
        age: Age::Newer,
        means: "The password, as `PLIMSOLL_PASSWORD` has it; that one and `--password-stdin` count more.",
        reads: Reads::Text(|text| Ok(vec![Effect::Password(Secret::new(text))])),
    },
    Variable {
        name: "OCI_VERSION",
        key: "version",
        age: Age::Newer,
        means: "`--spec`: `1.0` is 1.0, `1.1` and `stable` are 1.1, `dev` is 1.2.",
        reads: Reads::Text(words::version),
    },
    Variable {
        name: "OCI_RESULTS_DIR",
        key: "resultsDir",
        age: Age::Newer,
        means: "`--out`; `./results` unless given, as there.",
        reads: Reads::Text(|text| Ok(vec![Effect::Out(Some(text.to_owned()))])),
    },
    Variable {
        name: "OCI_LOG",
        key: "logging",
        age: Age::Newer,
        means: "`debug`: `--verbose --exchanges all`. `info`: `--verbose`. `warn`, `error`: nothing.",
        reads: Reads::Text(words::log),
    },
    Variable {
        name: "OCI_CACHE_AUTH",
        key: "cacheAuth",
        age: Age::Newer,
        means: "Nothing: a token is always used as long as it holds, for what it was given for.",
        reads: Reads::Text(words::no_matter),
    },
    Variable {
        name: "OCI_FILTER_TEST",
        key: "filterTest",
        age: Age::Newer,
        means: "`--only`, by the table of names below.",
        reads: Reads::Text(|text| {
            filter::globs(text)
                .map(|it| it.map_or_else(Vec::new, |globs| vec![Effect::Only(globs)]))
        }),
    },
    Variable {
        name: "OCI_RO_DATA_TAGS",
        key: "roData.tags",
        age: Age::Newer,
        means: "With `OCI_API_PUSH=false`: the first is `--tag`.",
        reads: Reads::Text(|text| words::given(Kind::Tag, text, ' ')),
    },
    Variable {
        name: "OCI_RO_DATA_MANIFESTS",
        key: "roData.manifests",
        age: Age::Newer,
        means: "With `OCI_API_PUSH=false`: the first is `--manifest`.",
        reads: Reads::Text(|text| words::given(Kind::Manifest, text, ' ')),
    },
    Variable {
        name: "OCI_RO_DATA_BLOBS",
        key: "roData.blobs",
        age: Age::Newer,
        means: "With `OCI_API_PUSH=false`: the first is `--blob`.",
        reads: Reads::Text(|text| words::given(Kind::Blob, text, ' ')),
    },
    Variable {
        name: "OCI_RO_DATA_REFERRERS",
        key: "roData.referrers",
        age: Age::Newer,
        means: "Nothing: referrers are checked against what the run itself pushed, never on trust.",
        reads: Reads::Text(|text| words::given(Kind::Manifest, text, ' ').map(|_| Vec::new())),
    },
];
