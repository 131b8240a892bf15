//! The YAML file, and how it stands to the variables.

use std::fs;

use super::Surroundings;
use super::line;
use super::of;
use super::read;

#[test]
fn the_file_counts_less_than_newer_variables_and_more_than_older_ones() {
    let folder = tempfile::tempdir().unwrap();
    let text = "registry: from.file\nrepo1: file/one\napis:\n  tags:\n    delete: false\n  pull: false\n\
                username: me\npassword: hunter2\n";
    fs::write(folder.path().join("oci-conformance.yaml"), text).unwrap();
    let variables = [
        ("OCI_REPO1", "newer/one"),
        ("OCI_API_PULL", "true"),
        ("OCI_ROOT_URL", "http://older"),
        ("OCI_CROSSMOUNT_NAMESPACE", "older/two"),
    ];
    let around = Surroundings::of(&variables, Some(folder.path()));
    let official = read("check", &around).unwrap();
    let above: Vec<_> = official.settings.above.iter().map(line).collect();
    let below: Vec<_> = official.settings.below.iter().map(line).collect();
    assert_eq!(above, ["repo newer/one older/two"]);
    assert!(
        below.contains(&"url http://from.file".to_owned()),
        "{below:?}"
    );
    assert!(
        below.contains(&"without tag-delete".to_owned()),
        "{below:?}"
    );
    assert!(
        !official
            .overrides
            .iter()
            .any(|it| it.checks.as_str() == "pull")
    );
    assert_eq!(official.password.unwrap().username.as_deref(), Some("me"));
    let origin = official.settings.above[0].origin.to_string();
    assert_eq!(origin, "$OCI_REPO1, $OCI_CROSSMOUNT_NAMESPACE");
    let alone = read("check", &Surroundings::of(&[], Some(folder.path()))).unwrap();
    assert!(alone.settings.above.is_empty());
    assert!(
        alone.notes[0].contains("oci-conformance.yaml"),
        "{:?}",
        alone.notes
    );
}

#[test]
fn a_file_that_is_named_has_to_be_there_and_to_be_right() {
    let error = of(&[("OCI_CONFIGURATION", "/nowhere/c.yaml")]).unwrap_err();
    assert!(error.contains("/nowhere/c.yaml"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.yaml");
    let path = path.to_str().unwrap();
    fs::write(path, "tls: perhaps\n").unwrap();
    let error = of(&[("OCI_CONFIGURATION", path)]).unwrap_err();
    assert!(
        error.contains("`tls`") && error.contains("insecure"),
        "{error}"
    );
}
