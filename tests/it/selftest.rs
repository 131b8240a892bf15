//! The reference registry told to be wrong or different, and the selftest, from the command line.

use crate::support::Plimsoll;

#[test]
fn a_defect_that_is_not_there_is_a_usage_error_with_a_suggestion() {
    let ended = Plimsoll::new().run(&["serve", "--defect", "large-blob-cutt"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("large-blob-cut"), "{}", ended.stderr);
    let ended = Plimsoll::new().run(&["serve", "--variation", "no-tag-deletes"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("no-tag-delete"), "{}", ended.stderr);
}

#[test]
fn a_selftest_of_nothing_is_no_pass() {
    let ended = Plimsoll::new().run(&["selftest", "--only", "no-such-row", "--quiet"]);
    assert_eq!(ended.code, 4, "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("no defect or variation has such a name")
    );
}

#[test]
fn a_selftest_says_who_found_a_defect() {
    let ended = Plimsoll::new().run(&["selftest", "--only", "large-blob-cut"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert!(ended.stdout.contains("BGET-01: pull/blobs/large-blob"));
}

#[test]
fn there_are_enough_defects_and_one_for_every_rule_that_is_tested() {
    let rows = |what: &str| -> Vec<serde_json::Value> {
        let ended = Plimsoll::new().run(&["list", what, "--format", "json"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        serde_json::from_str(&ended.stdout).expect("JSON")
    };
    let defects = rows("defects");
    assert!(defects.len() >= 200, "{} defects", defects.len());
    let independent = |row: &&serde_json::Value| row["source"] != "our own";
    assert!(defects.iter().filter(independent).count() >= 60);
    let breached: Vec<&str> = defects
        .iter()
        .flat_map(|row| row["breaches"].as_array().into_iter().flatten())
        .filter_map(serde_json::Value::as_str)
        .collect();
    let requirements = rows("requirements");
    let is_heavy = |row: &&serde_json::Value| {
        let levels = row["levels"].as_object().into_iter().flatten();
        levels
            .map(|(_, level)| level)
            .any(|level| level.is_string() && level != "may")
    };
    let is_checked =
        |row: &&serde_json::Value| row["checks"].as_array().is_some_and(|it| !it.is_empty());
    let missing: Vec<_> = requirements
        .iter()
        .filter(is_heavy)
        .filter(is_checked)
        .filter_map(|row| row["alias"].as_str())
        // Sums over all checks of a workflow: no answer breaks them by itself.
        .filter(|alias| !alias.starts_with("CAT-"))
        .filter(|alias| !breached.contains(alias))
        .collect();
    assert_eq!(missing, [""; 0], "no defect breaches these");
}
