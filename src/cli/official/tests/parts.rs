//! What is switched on and off, and what is only read.

use super::DIGEST;
use super::Pairs;
use super::come_to;
use super::left_out;
use super::lines;
use super::of;
use super::variables;
use crate::check::Feature;

/// The settings of a key.
fn values(variables: Pairs<'_>, key: &str) -> Vec<String> {
    let lines = lines(variables);
    let mut of_key = lines
        .iter()
        .filter_map(|line| line.split_once(' ').filter(|(name, _)| *name == key));
    let (_, words) = of_key.next().unwrap_or_default();
    words.split_whitespace().map(str::to_owned).collect()
}

fn ids(features: &[Feature]) -> Vec<String> {
    features.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_off_is_left_out_by_feature_and_by_check() {
    let mut count = 0;
    for row in variables::all() {
        let Some(part) = row.switched() else { continue };
        count += 1;
        let off = [(row.name, "false")];
        assert_eq!(left_out(&off), part.skip, "{}", row.name);
        assert_eq!(values(&off, "without"), ids(part.without), "{}", row.name);
        let reason = of(&off).unwrap().overrides[0].skip.clone().unwrap();
        assert!(reason.contains(row.name), "{reason}");
        let on = [(row.name, "true")];
        assert_eq!(left_out(&on), [""; 0], "{}", row.name);
        assert_eq!(values(&on, "without"), [""; 0], "{}", row.name);
        assert_eq!(values(&on, "require"), ids(part.require), "{}", row.name);
    }
    assert_eq!(count, 30);
}

#[test]
fn what_a_row_means_names_the_features_that_it_leaves_out() {
    for row in variables::all() {
        // Without images there is so little that features are not worth a word.
        let part = row.switched().filter(|_| row.name != "OCI_DATA_IMAGE");
        for feature in part.map_or(&[][..], |part| part.without) {
            let flag = format!("--without {feature}");
            assert!(row.means.contains(&flag), "{} lacks {flag}", row.name);
        }
    }
}

#[test]
fn what_is_on_demands_only_what_the_suite_has_off_by_itself() {
    come_to(&[
        (
            &[("OCI_API_BLOBS_UPLOAD_CANCEL", "true")],
            &["require cancel"],
            &[],
        ),
        (
            &[("OCI_API_MANIFESTS_TAG_PARAM", "1")],
            &["require tag-parameters"],
            &[],
        ),
        (
            &[("OCI_AUTOMATIC_CROSSMOUNT", "1")],
            &["require anonymous-mount"],
            &[],
        ),
        (&[("OCI_AUTOMATIC_CROSSMOUNT", "0")], &[], &["require"]),
        (
            &[("OCI_API_BLOBS_MOUNT_ANONYMOUS", "true")],
            &[],
            &["require"],
        ),
        (&[("OCI_API_REFERRER", "true")], &[], &["require"]),
    ]);
    let on = ("OCI_API_BLOBS_UPLOAD_CANCEL", "true");
    let early = of(&[on]).unwrap().notes;
    let is_said = early.iter().any(|note| note.contains("OCI_VERSION=dev"));
    assert!(is_said, "{early:?}");
    let draft = of(&[on, ("OCI_VERSION", "dev")]).unwrap().notes;
    assert_eq!(draft.len(), 1, "{draft:?}");
}

#[test]
fn the_older_switch_of_a_part_gives_way_to_the_newer() {
    let off = ("OCI_SKIP_EMPTY_LAYER_PUSH_TEST", "1");
    assert_eq!(left_out(&[off]), ["push/manifest-bytes/empty-layers"]);
    assert_eq!(left_out(&[(off.0, "0")]), [""; 0]);
    let newer = ("OCI_DATA_NO_LAYERS", "true");
    assert_eq!(left_out(&[off, newer]), [""; 0]);
}

#[test]
fn one_workflow_that_is_on_leaves_out_those_that_nobody_names() {
    for (name, others) in [
        ("OCI_TEST_PULL", ["push", "discovery", "management"]),
        ("OCI_TEST_PUSH", ["pull", "discovery", "management"]),
        ("OCI_TEST_CONTENT_DISCOVERY", ["pull", "push", "management"]),
        ("OCI_TEST_CONTENT_MANAGEMENT", ["pull", "push", "discovery"]),
    ] {
        assert_eq!(left_out(&[(name, "1")]), others, "{name}");
        assert_eq!(left_out(&[(name, "0")]).len(), 1, "{name}");
    }
    let two = [
        ("OCI_TEST_PULL", "1"),
        ("OCI_TEST_PUSH", "0"),
        ("OCI_TEST_CONTENT_MANAGEMENT", "1"),
    ];
    assert_eq!(left_out(&two), ["push", "discovery"]);
    let newer = [("OCI_TEST_PULL", "1"), ("OCI_API_REFERRER", "true")];
    assert_eq!(left_out(&newer), ["push", "management"]);
}

#[test]
fn what_may_not_push_reads_what_is_there() {
    let manifest = format!("manifest {DIGEST}");
    let blob = format!("blob {DIGEST}");
    let newer = [
        ("OCI_API_PUSH", "false"),
        ("OCI_RO_DATA_TAGS", "v1 v2"),
        ("OCI_RO_DATA_MANIFESTS", DIGEST),
        ("OCI_RO_DATA_BLOBS", DIGEST),
        ("OCI_RO_DATA_REFERRERS", DIGEST),
    ];
    let pull = ("OCI_TEST_PULL", "1");
    let tag = ("OCI_TAG_NAME", "v1");
    let digests = [("OCI_MANIFEST_DIGEST", DIGEST), ("OCI_BLOB_DIGEST", DIGEST)];
    let older = [&[pull, tag][..], &digests].concat();
    let list = [&[pull, ("OCI_TAG_LIST", "v3,v4")][..], &digests].concat();
    come_to(&[
        (
            &newer,
            &[
                "read-only true",
                "tag v1",
                "repo conformance/repo1",
                &manifest,
                &blob,
            ],
            &[],
        ),
        (&newer[1..2], &[], &["tag"]),
        (&older, &["read-only true", "tag v1"], &[]),
        (&list, &["tag v3"], &[]),
        (&older[..3], &[], &["read-only"]),
        (
            &[&older[..], &[("OCI_TEST_PUSH", "1")]].concat(),
            &[],
            &["read-only"],
        ),
    ]);
    for (variables, part) in [
        (&newer[..], "the first is pulled"),
        (&newer[1..2], "OCI_API_PUSH=false"),
    ] {
        let notes = of(variables).unwrap().notes;
        assert!(notes.iter().any(|it| it.contains(part)), "{notes:?}");
    }
}
