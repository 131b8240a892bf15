//! Names that look like the suite's and are not: a misspelled one would be of no effect.

use super::variables;
use crate::cli::CliError;

/// What the command line tools of Oracle's cloud go by.
const ORACLES: &[&str] = &["OCI_REGION", "OCI_TENANCY"];
const ORACLES_BEGIN: &[&str] = &["OCI_CLI_", "OCI_RESOURCE_PRINCIPAL_"];

/// How much a name has to be like another to be taken for it.
const LIKE: f64 = 0.8;

/// Refuses the first name that nobody knows.
pub(super) fn refuse<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), CliError> {
    let is_oracles = |name: &str| {
        ORACLES.contains(&name) || ORACLES_BEGIN.iter().any(|begin| name.starts_with(begin))
    };
    let mut unknown = names.filter(|name| variables::named(name).is_none() && !is_oracles(name));
    let Some(name) = unknown.next() else {
        return Ok(());
    };
    let likeness = |other: &str| strsim::jaro_winkler(tail(name), tail(other));
    let nearest = variables::all()
        .map(|row| row.name)
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
        .filter(|other| likeness(other) >= LIKE);
    let hint = nearest.map_or_else(
        || "unset it, or see docs/migrating.md for what there is".to_owned(),
        |other| format!("did you mean `{other}`?"),
    );
    Err(CliError::Usage(format!(
        "${} is no setting of the official suite, and would be of no effect; {hint}",
        name.escape_debug()
    )))
}

/// What tells one name from another.
fn tail(name: &str) -> &str {
    name.strip_prefix("OCI_").unwrap_or(name)
}
