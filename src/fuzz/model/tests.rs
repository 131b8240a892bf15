//! What the model takes, and what it does not.

use bytes::Bytes;

use super::*;
use crate::catalogue::Version;
use crate::catalogue::blob_pull;
use crate::catalogue::chunked;
use crate::catalogue::delete;
use crate::catalogue::existence;
use crate::catalogue::manifest_pull;
use crate::catalogue::push;
use crate::check::Feature;
use crate::check::FeatureState;
use crate::fuzz::plan::As;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Plan;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Step;
use crate::fuzz::plan::Target;
use crate::fuzz::stage::Place;
use crate::fuzz::stage::Planned;
use crate::fuzz::stage::Stage;
use crate::http::HeaderMap;

const LIVE: Pick = Pick {
    slot: 0,
    from: Pool::Live,
};

const TAG: Target = Target::Tag {
    repository: 0,
    tag: LIVE,
};

const BLOB: Target = Target::Blob {
    repository: 0,
    blob: LIVE,
};

/// A plan's content, a registry that answers as it is told, and the model that listens.
struct Scripted<'p> {
    stage: Stage<'p>,
    model: Model,
    profile: Profile,
    opened: Option<usize>,
}

impl<'p> Scripted<'p> {
    fn new(plan: &'p Plan) -> Self {
        let mut profile = Profile::of(Version::V1_2);
        for row in Feature::ROWS {
            let state = FeatureState::Supported(String::new());
            profile.features.insert(row.feature, state);
        }
        let place = Place {
            origin: "http://r.test".to_owned(),
            repositories: vec!["a".to_owned(), "b".to_owned()],
            salt: 1,
        };
        Self {
            stage: Stage::new(plan, place),
            model: Model::new(),
            profile,
            opened: None,
        }
    }

    fn planned(&mut self, op: Op) -> Planned {
        self.stage.planned(&Step::of(op), self.opened)
    }

    /// Asks, and has this answered; the requirement that the answer breaks.
    fn hears(&mut self, op: Op, status: u16) -> Option<&'static str> {
        self.hears_all(op, status, &[], Bytes::new())
    }

    fn hears_all(
        &mut self,
        op: Op,
        status: u16,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Option<&'static str> {
        let planned = self.planned(op);
        self.hears_of(planned, status, headers, body)
    }

    fn hears_of(
        &mut self,
        planned: Planned,
        status: u16,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Option<&'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let response = Response {
            status,
            headers: map,
            body: body.into(),
        };
        let opened = self.stage.absorb(&planned, &response);
        self.opened = opened.or(self.opened);
        let seen = Seen {
            at: None,
            planned,
            outcome: Ok(response),
            opened,
            span: (0, 0),
            held: None,
            calls: Vec::new(),
        };
        match self.model.observe(&seen, &self.profile) {
            Judged::Fits => None,
            Judged::Broken(broken) => Some(broken.requirement.id),
        }
    }

    fn opens(&mut self) {
        let open = Op::StartUpload {
            repository: 0,
            blob: 0,
        };
        assert_eq!(self.hears_all(open, 202, &[("location", "/u")], ""), None);
    }

    fn pushes_a_blob(&mut self) {
        self.opens();
        let push = Op::Finish {
            upload: LIVE,
            empty: false,
        };
        assert_eq!(self.hears(push, 201), None);
    }

    fn pushes_a_manifest(&mut self, doc: u8) -> Bytes {
        let put = Op::PutManifest {
            repository: 0,
            doc,
            reference: As::Tag(0),
        };
        let body = self.planned(put).request.body;
        assert_eq!(self.hears(put, 201), None);
        body
    }
}

fn plan() -> Plan {
    let mut plan = Plan::from_bytes(&[1, 3, 3]);
    plan.repositories = 2;
    plan.docs[0].parts = vec![0, 0];
    plan.docs[1].parts = vec![0, 0];
    plan
}

#[test]
fn a_blob_that_was_taken_has_to_be_there() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.pushes_a_blob();
    let get = Op::Get { target: BLOB };
    assert_eq!(registry.hears(get, 404), Some(blob_pull::BLOB_FOUND.id));
}

#[test]
fn what_came_of_a_chunk_before_its_client_was_gone_may_be_kept() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.opens();
    let patch = Op::Patch {
        upload: LIVE,
        part: 0,
        ranged: true,
    };
    let mut cut = registry.planned(patch);
    (cut.request.held_back, cut.is_bent, cut.is_unfinished) = (1, true, true);
    cut.stance = Stance::Either;
    assert_eq!(registry.hears_of(cut, 499, &[], ""), None);
    let status = Op::UploadStatus { upload: LIVE };
    let kept = [("range", "0-6")];
    assert_eq!(registry.hears_all(status, 204, &kept, ""), None);
    // What a request that was refused whole leaves behind is another matter.
    let mut registry = Scripted::new(&plan);
    registry.opens();
    assert!(registry.hears(patch, 400).is_some());
    let mut registry = Scripted::new(&plan);
    registry.opens();
    assert_eq!(registry.hears(patch, 202), None);
    let mut bent = registry.planned(patch);
    (bent.is_bent, bent.stance) = (true, Stance::Either);
    assert_eq!(registry.hears_of(bent, 400, &[], ""), None);
    let grown = [("range", "0-99999")];
    assert!(registry.hears_all(status, 204, &grown, "").is_some());
}

#[test]
fn a_blob_that_was_deleted_must_not() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.pushes_a_blob();
    let known = Pick {
        slot: 0,
        from: Pool::Known,
    };
    let target = Target::Blob {
        repository: 0,
        blob: known,
    };
    assert_eq!(registry.hears(Op::Delete { target }, 202), None);
    let head = registry.hears(Op::Head { target }, 200);
    let allowed = [
        existence::ABSENT_BLOB_EXISTENCE_DENIED.id,
        blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN.id,
    ];
    assert!(head.is_some_and(|id| allowed.contains(&id)), "{head:?}");
}

#[test]
fn after_a_refused_close_the_session_may_be_there_or_not_but_not_both() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.opens();
    let short = Op::Finish {
        upload: LIVE,
        empty: true,
    };
    assert_eq!(registry.hears(short, 400), None);
    let status = Op::UploadStatus { upload: LIVE };
    assert_eq!(registry.hears(status, 404), None);
    assert_eq!(
        registry.hears(status, 204),
        Some(chunked::CLOSED_SESSION_UNKNOWN.id)
    );
}

#[test]
fn content_that_does_not_hash_to_its_digest_is_not_taken() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.opens();
    let short = Op::Finish {
        upload: LIVE,
        empty: true,
    };
    assert_eq!(
        registry.hears(short, 201),
        Some(push::MISMATCHED_BLOB_DISCARDED.id)
    );
}

#[test]
fn a_5xx_may_have_done_it_or_not() {
    for status in [200, 404] {
        let plan = plan();
        let mut registry = Scripted::new(&plan);
        registry.pushes_a_blob();
        assert_eq!(registry.hears(Op::Delete { target: BLOB }, 503), None);
        let get = Op::Get { target: BLOB };
        let content = plan.blobs[0];
        let body = crate::fuzz::stage::Content::of(content, 0, 1).bytes;
        assert_eq!(registry.hears_all(get, status, &[], body), None);
    }
}

/// What a changed push that was taken leaves of what was known of a repository: nothing.
fn forgets(registry: &mut Scripted<'_>) {
    registry.opens();
    let mut push = registry.planned(Op::Finish {
        upload: LIVE,
        empty: false,
    });
    (push.is_bent, push.stance) = (true, Stance::Either);
    assert_eq!(registry.hears_of(push, 201, &[], ""), None);
}

#[test]
fn a_blob_that_was_perhaps_deleted_may_be_seen_and_go() {
    let plan = plan();
    let body = crate::fuzz::stage::Content::of(plan.blobs[0], 0, 1).bytes;
    let blob = Pick {
        slot: 0,
        from: Pool::Known,
    };
    let target = Target::Blob {
        repository: 0,
        blob,
    };
    // A changed delete that was taken may have deleted anything, and one that failed its blob.
    for (is_bent, status) in [(true, 202), (false, 503)] {
        let mut registry = Scripted::new(&plan);
        registry.pushes_a_blob();
        let mut delete = registry.planned(Op::Delete { target });
        if is_bent {
            (delete.is_bent, delete.stance) = (true, Stance::Either);
        }
        assert_eq!(registry.hears_of(delete, status, &[], ""), None);
        let get = Op::Get { target };
        assert_eq!(registry.hears_all(get, 200, &[], body.clone()), None);
        assert_eq!(registry.hears(get, 404), None);
        // What is pushed then has to stay.
        registry.pushes_a_blob();
        assert_eq!(registry.hears(get, 404), Some(blob_pull::BLOB_FOUND.id));
    }
    // So does what is seen where nothing was deleted.
    let mut registry = Scripted::new(&plan);
    forgets(&mut registry);
    let get = Op::Get { target };
    assert_eq!(registry.hears_all(get, 200, &[], body), None);
    assert_eq!(registry.hears(get, 404), Some(blob_pull::BLOB_FOUND.id));
}

#[test]
fn a_tag_that_is_seen_stays_unless_its_manifest_was_deleted() {
    let plan = plan();
    let manifest = Target::Manifest {
        repository: 0,
        doc: LIVE,
    };
    let put = Op::PutManifest {
        repository: 0,
        doc: 0,
        reference: As::Digest,
    };
    let tag = Target::Tag {
        repository: 0,
        tag: LIVE,
    };
    for is_deleted in [true, false] {
        let mut registry = Scripted::new(&plan);
        registry.pushes_a_blob();
        let body = registry.pushes_a_manifest(0);
        forgets(&mut registry);
        if is_deleted {
            assert_eq!(registry.hears(Op::Delete { target: manifest }, 202), None);
        }
        let get = Op::Get { target: tag };
        assert_eq!(registry.hears_all(get, 200, &[], body), None);
        assert_eq!(registry.hears(put, 201), None);
        let broken = registry.hears(get, 404);
        assert_eq!(broken.is_none(), is_deleted, "{broken:?}");
    }
}

#[test]
fn a_tag_names_what_was_pushed_under_it_last() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    registry.pushes_a_blob();
    let old = registry.pushes_a_manifest(0);
    let new = registry.pushes_a_manifest(1);
    assert_ne!(old, new);
    let get = Op::Get { target: TAG };
    assert_eq!(registry.hears_all(get, 200, &[], new), None);
    assert_eq!(
        registry.hears_all(get, 200, &[], old),
        Some(manifest_pull::MANIFEST_BY_TAG_FOUND.id)
    );
}

#[test]
fn what_cannot_be_deleted_is_not_deleted() {
    let plan = plan();
    let mut registry = Scripted::new(&plan);
    let off = FeatureState::Unsupported("405".to_owned());
    registry.profile.features.insert(Feature::TagDelete, off);
    registry.pushes_a_blob();
    registry.pushes_a_manifest(0);
    assert_eq!(registry.hears(Op::Delete { target: TAG }, 405), None);
    assert_eq!(
        registry.hears(Op::Delete { target: TAG }, 202),
        Some(delete::DISABLED_TAG_DELETE_REFUSED.id)
    );
}

#[test]
fn tags_come_in_either_lawful_order_and_all_of_them() {
    let plan = plan();
    let list = Op::Tags {
        repository: 0,
        n: 0,
        last: 0,
    };
    for (tags, fits) in [
        (r#"["V1","latest","v1"]"#, true),
        (r#"["latest","v1","V1"]"#, true),
        (r#"["v1","latest","V1"]"#, false),
        (r#"["latest","v1"]"#, false),
        (r#"["V1","latest","latest","v1"]"#, false),
        (r#"["V1","latest","other","v1"]"#, false),
    ] {
        let mut registry = Scripted::new(&plan);
        registry.pushes_a_blob();
        for slot in 0..3 {
            let put = Op::PutManifest {
                repository: 0,
                doc: 0,
                reference: As::Tag(slot),
            };
            assert_eq!(registry.hears(put, 201), None);
        }
        let body = format!(r#"{{"name":"a","tags":{tags}}}"#);
        let broken = registry.hears_all(list, 200, &[], body);
        assert_eq!(broken.is_none(), fits, "{tags}: {broken:?}");
    }
}
