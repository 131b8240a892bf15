//! Terms say what a run was told, and give it to another.

use super::*;
use crate::http::Client;
use crate::http::ClientSettings;

fn settings() -> Settings {
    let client = Client::over_network(ClientSettings::new("http://127.0.0.1:9")).expect("a client");
    Settings::new(client, "http://127.0.0.1:9")
}

fn told(terms: &TermsEntry) -> String {
    let flags = terms.flags().into_iter();
    let words = flags.map(|(name, value)| match value {
        Some(value) => format!("{name} {value}"),
        None => name.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_so_unless_told_otherwise_needs_no_flag() {
    let mut settings = settings();
    settings.heavy = false;
    assert_eq!(told(&TermsEntry::of(&settings)), "");
}

#[test]
fn what_was_told_is_told_again_and_given_to_another_run() {
    let mut first = settings();
    let filter = |text: &str| text.parse::<Filter>().expect("a glob");
    first.selection.only = vec![filter("pull/*")];
    first.selection.skip = vec![filter("pull/blobs/*")];
    first.selection.level = Some(crate::catalogue::Level::Must);
    first.selection.overrides = vec![Override {
        checks: filter("push/*"),
        timeout: Some(Duration::from_secs(7)),
        retries: Some(1),
        skip: Some("later".to_owned()),
    }];
    first.required = vec![Feature::Push];
    first.world.settle = Duration::from_millis(500);
    let names = ["team/a", "team/b"].map(|name| name.parse().expect("a name"));
    first.repositories = Repositories::fixed(names, "r1");
    first.world.read_only = Some(Given {
        tag: Some("v1".parse().expect("a tag")),
        manifest: None,
        blob: None,
    });
    let terms = TermsEntry::of(&first);
    assert_eq!(
        told(&terms),
        "--only pull/* --skip pull/blobs/* --level must --require push --repo team/a --repo team/b --tag v1 --heavy \
         --read-only --settle 500ms"
    );
    let mut again = settings();
    terms.restore(&mut again).expect("terms");
    assert_eq!(again.required, first.required);
    assert_eq!(again.selection.overrides, first.selection.overrides);
    assert_eq!(again.world.read_only, first.world.read_only);
    let Repositories::Fixed { names, run_id, .. } = &again.repositories else {
        panic!("{:?}", again.repositories);
    };
    assert_eq!(names[1].to_string(), "team/b");
    assert_ne!(run_id, "r1");
}

#[test]
fn terms_that_no_run_has_are_refused_and_not_left_out() {
    let bare = TermsEntry::default;
    for terms in [
        TermsEntry {
            require: vec!["flying".to_owned()],
            ..bare()
        },
        TermsEntry {
            repositories: vec!["No Name".to_owned()],
            ..bare()
        },
        TermsEntry {
            read_only: true,
            tag: Some("no tag".to_owned()),
            ..bare()
        },
    ] {
        let error = terms.restore(&mut settings()).expect_err("bad terms");
        assert!(error.to_string().contains("which no run has"), "{error}");
    }
}
