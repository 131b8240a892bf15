//! PRX: pulling through a proxy.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Registry proxying.
pub static AREA: Area = Area {
    alias: "PRX",
    title: "Registry proxying",
    rows: &[
        &NAMESPACE_PARAMETER_IGNORED,
        &NAMESPACE_HEADER_SENT,
        &NAMESPACE_UPSTREAM_ALLOWED,
    ],
};

/// The parameter where it has no meaning.
pub static NAMESPACE_PARAMETER_IGNORED: Requirement = Requirement {
    id: "namespace-parameter-ignored",
    alias: "PRX-01",
    asked: Asked::since_1_2(Keyword::May),
    heading: Heading::distribution("registry-proxying"),
    sentence: "A registry may ignore the parameter ns, and answers a pull that has it as it does \
               one without.",
};

/// The parameter where it was used.
pub static NAMESPACE_HEADER_SENT: Requirement = Requirement {
    id: "namespace-header-sent",
    alias: "PRX-02",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("registry-proxying"),
    sentence: "An answer that depends on the parameter ns repeats its value in OCI-Namespace.",
};

/// What a proxy uses it for.
pub static NAMESPACE_UPSTREAM_ALLOWED: Requirement = Requirement {
    id: "namespace-upstream-allowed",
    alias: "PRX-03",
    asked: Asked::since_1_2(Keyword::May),
    heading: Heading::distribution("registry-proxying"),
    sentence: "A proxy may choose the upstream registry by the parameter ns.",
};
