//! Steps find what they mean when their turn comes.

use super::super::plan::As;
use super::super::plan::Target;
use super::*;
use crate::fuzz::plan::Applied;
use crate::fuzz::plan::Blob;
use crate::fuzz::plan::Doc;
use crate::fuzz::plan::DocKind;
use crate::fuzz::plan::GENERATOR;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::http::HeaderMap;
use crate::http::Response;

fn plan() -> Plan {
    Plan {
        generator: GENERATOR,
        repositories: 2,
        blobs: vec![
            Blob {
                size: 10,
                shared: false,
            },
            Blob {
                size: 4,
                shared: true,
            },
        ],
        docs: vec![Doc {
            kind: DocKind::Image,
            parts: vec![0, 0],
            subject: None,
            artifact_type: 0,
            annotations: 0,
        }],
        lanes: vec![Vec::new()],
    }
}

fn place(salt: u64) -> Place {
    Place {
        origin: "http://r.test".to_owned(),
        repositories: vec!["f/a".to_owned(), "f/b".to_owned()],
        salt,
    }
}

fn answer(status: u16, location: Option<&str>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(location) = location {
        headers.insert("location", location.parse().unwrap());
    }
    Response {
        status,
        headers,
        body: bytes::Bytes::new(),
    }
}

const LIVE: Pick = Pick {
    slot: 0,
    from: Pool::Live,
};

#[test]
fn a_session_is_followed_to_its_location_and_sent_the_rest_of_its_blob() {
    let plan = plan();
    let mut stage = Stage::new(&plan, place(1));
    let open = Op::StartUpload {
        repository: 1,
        blob: 0,
    };
    let opening = stage.ordinary(open);
    assert_eq!(opening.request.url(), "http://r.test/v2/f/b/blobs/uploads/");
    let opened = stage.absorb(&opening, &answer(202, Some("/u/1?state=x")));
    assert_eq!(opened, Some(0));
    let half = Op::Patch {
        upload: LIVE,
        part: 128,
        ranged: true,
    };
    let first = stage.ordinary(half);
    assert_eq!(first.request.url(), "http://r.test/u/1?state=x");
    assert_eq!(first.request.header("content-range").unwrap(), "0-4");
    stage.absorb(&first, &answer(202, Some("http://other.test/u/2")));
    let last = stage.ordinary(Op::Finish {
        upload: LIVE,
        empty: false,
    });
    assert!(
        last.request
            .url()
            .starts_with("http://other.test/u/2?digest=sha256:")
    );
    assert_eq!(last.request.body.len(), 5);
}

#[test]
fn what_is_not_there_is_asked_for_all_the_same() {
    let plan = plan();
    let mut stage = Stage::new(&plan, place(1));
    let target = Target::Blob {
        repository: 0,
        blob: LIVE,
    };
    let get = stage.ordinary(Op::Get { target });
    assert!(
        get.request
            .url()
            .starts_with("http://r.test/v2/f/a/blobs/sha256:")
    );
    let status = stage.ordinary(Op::UploadStatus { upload: LIVE });
    assert!(
        status.request.url().contains("/blobs/uploads/"),
        "{}",
        status.request.url()
    );
    assert!(status.meaning.upload().is_none());
}

#[test]
fn a_manifest_names_the_blobs_that_its_repository_holds_and_stays_as_it_is() {
    let plan = plan();
    let mut stage = Stage::new(&plan, place(1));
    let post = stage.ordinary(Op::SinglePost {
        repository: 0,
        blob: 0,
    });
    stage.absorb(&post, &answer(201, None));
    let put = Op::PutManifest {
        repository: 0,
        doc: 0,
        reference: As::Tag(0),
    };
    let first = stage.ordinary(put);
    let text = String::from_utf8_lossy(&first.request.body).into_owned();
    let Meaning::SinglePost { digest, .. } = &post.meaning else {
        panic!("{:?}", post.meaning);
    };
    assert_eq!(text.matches(&**digest).count(), 2, "{text}");
    stage.absorb(&first, &answer(201, None));
    let elsewhere = Op::PutManifest {
        repository: 1,
        doc: 0,
        reference: As::Digest,
    };
    assert_eq!(stage.ordinary(elsewhere).request.body, first.request.body);
}

#[test]
fn content_differs_between_cases_unless_it_is_shared() {
    let plan = plan();
    let (one, other) = (Stage::new(&plan, place(1)), Stage::new(&plan, place(2)));
    assert_ne!(one.blobs[0], other.blobs[0]);
    assert_eq!(one.blobs[1], other.blobs[1]);
}

#[test]
fn a_mutation_that_finds_nothing_to_change_leaves_no_trace() {
    let plan = plan();
    let mut stage = Stage::new(&plan, place(1));
    let opening = stage.ordinary(Op::StartUpload {
        repository: 0,
        blob: 0,
    });
    stage.absorb(&opening, &answer(202, Some("/u/1")));
    let overlap = Applied {
        mutation: crate::fuzz::mutation::named("range-overlap").unwrap(),
        dice: 0,
    };
    let step = Step {
        op: Op::Patch {
            upload: LIVE,
            part: 128,
            ranged: true,
        },
        mutations: vec![overlap],
    };
    let first = stage.planned(&step, None);
    assert!(first.mutations.is_empty() && !first.is_bent);
    stage.absorb(&first, &answer(202, None));
    let second = stage.planned(&step, None);
    assert_eq!(second.mutations, ["range-overlap"]);
    assert!(matches!(second.stance, Stance::Refused(_)));
}

#[test]
fn what_names_the_canary_is_left_out_where_there_is_none() {
    let plan = plan();
    let place = place(1);
    let named = |name| Applied {
        mutation: crate::fuzz::mutation::named(name).unwrap(),
        dice: 0,
    };
    let push = Op::PutManifest {
        repository: 0,
        doc: 0,
        reference: As::Tag(0),
    };
    let steps = [(push, "canary-urls"), (Op::Ping, "canary-forwarded")];
    let steps = steps.map(|(op, name)| Step {
        op,
        mutations: vec![named(name)],
    });
    let without = Stage::new(&plan, place.clone()).planned(&steps[0], None);
    assert!(without.mutations.is_empty() && without.canary.is_none());
    let canary = Canary::on_loopback().unwrap();
    let mut stage = Stage::new(&plan, place).naming(Some(&canary));
    let push = stage.planned(&steps[0], None);
    assert_eq!(push.mutations, ["canary-urls"]);
    let text = String::from_utf8_lossy(&push.request.body).into_owned();
    assert!(
        text.contains(&format!("http://{}/f/1/", canary.host())),
        "{text}"
    );
    let ping = stage.planned(&steps[1], None);
    assert_eq!(
        ping.request.header("x-forwarded-host").unwrap(),
        canary.host()
    );
    assert_eq!(ping.canary.map(|it| it.request), Some(2));
}

#[test]
fn a_session_that_is_said_to_be_at_the_canary_is_not_followed_there() {
    let plan = plan();
    let canary = Canary::on_loopback().unwrap();
    let mut stage = Stage::new(&plan, place(1)).naming(Some(&canary));
    let open = Op::StartUpload {
        repository: 0,
        blob: 0,
    };
    let opening = stage.ordinary(open);
    let location = format!("http://{}/u/1", canary.host());
    assert_eq!(stage.absorb(&opening, &answer(202, Some(&location))), None);
}
