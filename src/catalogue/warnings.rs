//! WARN: warnings to show to people, on any response.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Warnings.
pub static AREA: Area = Area {
    alias: "WARN",
    title: "Warnings",
    rows: &[
        &WARNING_ALLOWED,
        &WARNING_CODE_FIXED,
        &WARNING_AGENT_OMITTED,
        &WARNING_DATE_OMITTED,
        &WARNING_SIZE_LIMITED,
    ],
};

/// Warnings at all.
pub static WARNING_ALLOWED: Requirement = Requirement {
    id: "warning-allowed",
    alias: "WARN-01",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("warnings"),
    sentence: "Any response may carry Warning headers.",
};

/// The code of a warning.
pub static WARNING_CODE_FIXED: Requirement = Requirement {
    id: "warning-code-fixed",
    alias: "WARN-02",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("warnings"),
    sentence: "Every Warning header has the code 299.",
};

/// The agent of a warning.
pub static WARNING_AGENT_OMITTED: Requirement = Requirement {
    id: "warning-agent-omitted",
    alias: "WARN-03",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("warnings"),
    sentence: "Every Warning header has a hyphen for its agent.",
};

/// The date of a warning.
pub static WARNING_DATE_OMITTED: Requirement = Requirement {
    id: "warning-date-omitted",
    alias: "WARN-04",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::distribution("warnings"),
    sentence: "No Warning header has a date.",
};

/// The size of all warnings.
pub static WARNING_SIZE_LIMITED: Requirement = Requirement {
    id: "warning-size-limited",
    alias: "WARN-05",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::distribution("warnings"),
    sentence: "The Warning headers of a response have 4096 bytes or fewer together.",
};
