//! A registry that comes to delete, or not to delete any more, in the middle of a campaign.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use plimsoll::catalogue::Version;
use plimsoll::check::Feature;
use plimsoll::check::FeatureState;
use plimsoll::fuzz::Campaign;
use plimsoll::fuzz::Corpus;
use plimsoll::fuzz::Profile;
use plimsoll::fuzz::campaign::Event;
use plimsoll::fuzz::campaign::Observer;
use plimsoll::fuzz::campaign::Outcome;
use plimsoll::http::BoxFuture;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Failure;
use plimsoll::http::HeaderMap;
use plimsoll::http::Method;
use plimsoll::http::Request;
use plimsoll::http::Response;
use plimsoll::http::Transport;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;

/// How many requests come before the change.
const BEFORE: usize = 500;

/// The reference registry, which refuses the deletes that it is told to, by how many requests came before.
struct Switched {
    inner: InProcess,
    requests: AtomicUsize,
    refuses: fn(usize, &Request) -> bool,
}

impl Transport for Switched {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        let count = self.requests.fetch_add(1, Ordering::SeqCst);
        if request.method == Method::DELETE && (self.refuses)(count, request) {
            return Box::pin(async {
                Ok(Response {
                    status: 405,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                })
            });
        }
        self.inner.round_trip(request)
    }
}

struct Nobody;

impl Observer for Nobody {
    fn on(&self, _: &Event<'_>) -> bool {
        true
    }
}

/// What a campaign comes to that was told whether deletes are offered.
fn campaign(is_offered: bool, refuses: fn(usize, &Request) -> bool) -> Outcome {
    let transport = Switched {
        inner: Registry::builder().build().in_process(),
        requests: AtomicUsize::new(0),
        refuses,
    };
    let settings = ClientSettings::new(InProcess::URL);
    let client = Client::in_process(Arc::new(transport), settings).expect("a client");
    let mut profile = Profile::of(Version::V1_2);
    for feature in [
        Feature::TagDelete,
        Feature::ManifestDelete,
        Feature::BlobDelete,
    ] {
        let state = if is_offered {
            FeatureState::Supported(String::new())
        } else {
            FeatureState::Unsupported(String::new())
        };
        profile.features.insert(feature, state);
    }
    let campaign = Campaign {
        seed: 1,
        first: Vec::new(),
        plans: Some(300),
        deadline: None,
        jobs: 1,
        shard: (0, 1),
        rules: Vec::new(),
        origin: InProcess::URL.to_owned(),
        namespace: "flip".to_owned(),
        profile,
        budget: 200,
        evolve: false,
    };
    let never = AtomicBool::new(false);
    campaign.run(&client, &Corpus::default(), &never, &Nobody)
}

fn details(outcome: &Outcome) -> Vec<&str> {
    let findings = outcome.findings.iter();
    findings.map(|finding| finding.detail.as_str()).collect()
}

fn is_of_tag(request: &Request) -> bool {
    request.url.contains("/manifests/") && !request.url.contains("sha256")
}

#[test]
fn deletes_that_are_switched_on_or_off_are_no_finding() {
    for (is_offered, refuses) in [
        (
            false,
            (|count, _| count < BEFORE) as fn(usize, &Request) -> bool,
        ),
        (true, |count, _| count >= BEFORE),
    ] {
        let outcome = campaign(is_offered, refuses);
        assert_eq!(details(&outcome), [""; 0], "offered: {is_offered}");
        assert!(
            outcome.unreproduced > 0,
            "it is told that something was seen"
        );
    }
}

#[test]
fn what_is_off_and_done_all_the_same_is_one() {
    // Nothing is deleted but for one tag.
    let outcome = campaign(false, |_, request| !request.url.contains("/manifests/V1"));
    let found = details(&outcome);
    assert!(
        found.contains(&"a tag was deleted although that is off"),
        "{found:?}"
    );
    // And what is offered and refused here and there.
    let outcome = campaign(true, |_, request| {
        is_of_tag(request) && request.url.ends_with("/V1")
    });
    let found = details(&outcome);
    assert!(
        found.contains(&"a tag that is held could not be deleted"),
        "{found:?}"
    );
}
