//! What registries lawfully do in their own way is not held against them, and what looks like it and
//! is not lawful still is.
//!
//! Each registry here is the reference registry, seen through a transport that changes what it says.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use plimsoll::catalogue::Version;
use plimsoll::http::BoxFuture;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Failure;
use plimsoll::http::Framing;
use plimsoll::http::HeaderValue;
use plimsoll::http::Method;
use plimsoll::http::Request;
use plimsoll::http::Response;
use plimsoll::http::Transport;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;
use plimsoll::run::CheckEntry;
use plimsoll::run::Control;
use plimsoll::run::Record;
use plimsoll::run::Selection;
use plimsoll::run::Settings;
use plimsoll::suite::SECTIONS;

/// The reference registry with other answers.
struct Edited<E> {
    inner: InProcess,
    edit: E,
}

impl<E: Fn(&Request, &mut Response) + Send + Sync> Transport for Edited<E> {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let mut response = self.inner.round_trip(request).await?;
            (self.edit)(request, &mut response);
            Ok(response)
        })
    }
}

/// Puts some checks to the reference registry, whose answers `edit` changes.
fn checked(
    spec: Version,
    only: &[&str],
    edit: impl Fn(&Request, &mut Response) + Send + Sync + 'static,
) -> Record {
    let inner = Registry::builder().build().in_process();
    let client = Client::in_process(
        Arc::new(Edited { inner, edit }),
        ClientSettings::new(InProcess::URL),
    );
    let mut settings = Settings::new(client.expect("a client"), InProcess::URL);
    settings.world.spec = spec;
    settings.keep = true;
    settings.selection = Selection {
        only: only
            .iter()
            .map(|glob| glob.parse().expect("a glob"))
            .collect(),
        ..Selection::default()
    };
    plimsoll::run::run(settings, SECTIONS, &Control::default(), &())
}

/// How one check ends, in 1.1.
fn ends(only: &str, edit: impl Fn(&Request, &mut Response) + Send + Sync + 'static) -> CheckEntry {
    ends_in(Version::V1_1, only, edit)
}

fn ends_in(
    spec: Version,
    only: &str,
    edit: impl Fn(&Request, &mut Response) + Send + Sync + 'static,
) -> CheckEntry {
    named(checked(spec, &[only], edit), only)
}

fn named(record: Record, id: &str) -> CheckEntry {
    let mut checks = record.checks.into_iter();
    checks.find(|check| check.id == id).expect(id)
}

fn says(response: &mut Response, status: u16) {
    response.status = status;
    response.headers.clear();
    response.body = Bytes::new();
}

fn is_upload(request: &Request, method: &Method) -> bool {
    request.method == *method && request.url.contains("/blobs/uploads/")
}

#[test]
fn a_server_error_to_a_body_that_breaks_off_is_a_warning_and_a_success_is_not() {
    let check = "push/post-then-put/truncated-body";
    let answered = |status: u16| {
        ends(check, move |request, response| {
            if matches!(request.framing, Framing::Announced(_)) {
                says(response, status);
            }
        })
    };
    let ended = answered(500);
    assert_eq!(
        (ended.verdict.as_str(), ended.violated.as_deref()),
        ("warn", Some("client-mistake-refused"))
    );
    let ended = answered(201);
    assert_eq!(ended.verdict, "fail");
    assert_eq!(ended.violated.as_deref(), Some("truncated-upload-refused"));
}

#[test]
fn a_head_may_leave_out_a_header_of_get_but_not_give_it_another_value() {
    let check = "pull/existence/blob-head-like-get";
    let typed = |value: Option<&'static str>| {
        let edit = move |request: &Request, response: &mut Response| {
            if request.method == Method::HEAD && response.status == 200 {
                response.headers.remove("content-type");
                if let Some(value) = value {
                    let value = HeaderValue::from_static(value);
                    response.headers.insert("content-type", value);
                }
            }
        };
        ends(check, edit).verdict
    };
    assert_eq!(typed(None), "pass");
    assert_eq!(typed(Some("text/plain")), "warn");
}

#[test]
fn a_closed_session_may_refuse_a_chunk_as_out_of_order_but_not_take_it() {
    let check = "push/chunked/closed-session";
    let patched = |status: u16, only_from_0: bool| {
        let edit = move |request: &Request, response: &mut Response| {
            let from = request.headers.get("content-range");
            let from_0 = from.is_some_and(|range| range.as_bytes().starts_with(b"0-"));
            let is_meant = from_0 || !only_from_0;
            if is_upload(request, &Method::PATCH) && response.status == 404 && is_meant {
                says(response, status);
            }
        };
        ends(check, edit).verdict
    };
    assert_eq!(patched(416, false), "pass");
    assert_eq!(patched(202, true), "fail", "the session is open again");
}

#[test]
fn a_registry_without_upload_status_does_not_fail_for_it_at_closed_sessions_too() {
    let edit = |request: &Request, response: &mut Response| {
        if is_upload(request, &Method::GET) {
            says(response, 405);
        }
    };
    let checks = ["push/chunked/closed-session", "push/status/after-a-chunk"];
    let record = checked(Version::V1_1, &checks, edit);
    assert_eq!(named(record.clone(), checks[0]).verdict, "pass");
    assert_eq!(named(record, checks[1]).verdict, "fail");
}

#[test]
fn a_source_with_a_malformed_name_may_be_refused_with_a_warning() {
    let edit = |request: &Request, response: &mut Response| {
        if request.url.contains("from=UP..x") {
            says(response, 400);
        }
    };
    let ended = ends("push/mount/malformed-source", edit);
    assert_eq!(ended.verdict, "warn");
    assert!(!ended.gates);
}

#[test]
fn who_does_not_mount_need_not_refuse_what_cannot_be_mounted() {
    let is_mount = |request: &Request| request.url.contains("mount=");
    let check = "push/mount/malformed-digest";
    let never = move |request: &Request, response: &mut Response| {
        if is_mount(request) {
            response.status = 202;
            let somewhere = HeaderValue::from_static("/v2/a/blobs/uploads/1");
            response.headers.insert("location", somewhere);
        }
    };
    assert_eq!(ends_in(Version::V1_2, check, never).verdict, "unsupported");
    let not_this = move |request: &Request, response: &mut Response| {
        if is_mount(request) && response.status == 400 {
            says(response, 202);
        }
    };
    assert_eq!(ends_in(Version::V1_2, check, not_this).verdict, "warn");
}

#[test]
fn a_limit_above_64_mebibytes_is_a_limit() {
    let edit = |request: &Request, response: &mut Response| {
        if request.body.len() >= 64 << 20 {
            says(response, 201);
        } else if request.method == Method::HEAD {
            says(response, 200);
        }
    };
    let ended = ends("push/manifest-refusals/size-limit", edit);
    assert_eq!(ended.verdict, "skipped");
    assert!(ended.reason.unwrap().contains("64 MiB"));
}

#[test]
fn a_digest_in_the_tag_list_is_no_tag() {
    for check in [
        "discovery/tags/every-tag-once@sha512",
        "discovery/tags/without-tags@sha512",
    ] {
        let pushed: Mutex<Vec<(String, String)>> = Mutex::default();
        let edit = move |request: &Request, response: &mut Response| {
            let mut pushed = pushed.lock().unwrap();
            if let Some((repository, digest)) = request.url.split_once("/manifests/sha512:")
                && request.method == Method::PUT
            {
                pushed.push((repository.to_owned(), format!("sha512:{digest}")));
            }
            if let Some((repository, _)) = request.url.split_once("/tags/list") {
                let mut list: serde_json::Value =
                    serde_json::from_slice(&response.body).unwrap_or_default();
                let digests = pushed.iter().filter(|(home, _)| home == repository);
                if let Some(tags) = list["tags"].as_array_mut() {
                    tags.extend(digests.map(|(_, digest)| digest.clone().into()));
                    response.body = list.to_string().into();
                }
            }
        };
        let ended = ends(check, edit);
        assert_eq!(ended.verdict, "fail", "{check}");
        assert_eq!(ended.violated.as_deref(), Some("tag-list-complete"));
    }
}

#[test]
fn deletes_that_are_off_break_nothing_even_if_nobody_could_find_out() {
    let refusing = |status: u16| {
        let edit = move |request: &Request, response: &mut Response| {
            if request.method == Method::DELETE {
                says(response, status);
            } else if request.method == Method::PUT {
                says(response, 500);
            }
        };
        ends("management/manifests/absent-repository", edit)
    };
    let ended = refusing(405);
    assert_eq!(ended.verdict, "unsupported");
    assert!(ended.reason.unwrap().ends_with("answered 405"));
    assert_eq!(refusing(200).verdict, "fail");
    assert_eq!(refusing(500).verdict, "fail");
}

#[test]
fn what_a_registry_takes_by_patch_alone_is_pushed_by_patch_and_the_rest_is_tested() {
    let edit = |request: &Request, response: &mut Response| {
        if is_upload(request, &Method::PUT) && !request.body.is_empty() {
            says(response, 500);
        }
    };
    let checks = [
        "push/post-then-put/put",
        "pull/blobs/known-blob",
        "pull/manifests/known-tag",
    ];
    let record = checked(Version::V1_1, &checks, edit);
    assert_eq!(record.summary["blocked"], 0, "{:?}", record.summary);
    assert_eq!(named(record.clone(), checks[0]).verdict, "fail");
    assert_eq!(named(record.clone(), checks[1]).verdict, "pass");
    assert_eq!(named(record.clone(), checks[2]).verdict, "pass");
    let push = record.features.iter().find(|it| it.id == "push").unwrap();
    assert!(push.evidence.contains("by PATCH"), "{}", push.evidence);
}

#[test]
fn a_category_of_which_a_check_is_blocked_is_not_conformant() {
    let edit = |request: &Request, response: &mut Response| {
        if is_upload(request, &Method::PUT) {
            says(response, 500);
        }
    };
    let checks = ["push/post-then-put/put", "pull/blobs"];
    let record = checked(Version::V1_1, &checks, edit);
    let pull = record.categories.iter().find(|it| it.id == "pull").unwrap();
    assert!(pull.pass > 0 && pull.blocked > 0 && pull.fail == 0);
    assert_eq!(pull.state, "untested");
}

#[test]
fn a_failure_says_which_method_failed() {
    let edit = |request: &Request, response: &mut Response| {
        if request.method == Method::HEAD {
            response.status = 200;
        }
    };
    let ended = ends("pull/existence/unknown-blob", edit);
    assert_eq!(ended.actual.as_deref(), Some("200 to HEAD"));
}

#[test]
fn a_failure_after_a_request_that_was_sent_twice_is_the_same_failure() {
    let asked = AtomicUsize::new(0);
    let edit = move |request: &Request, response: &mut Response| {
        if request.url.contains("/blobs/sha256:") {
            says(response, 500);
            if asked.fetch_add(1, Ordering::SeqCst) == 1 {
                says(response, 429);
                let at_once = HeaderValue::from_static("0");
                response.headers.insert("retry-after", at_once);
            }
        }
    };
    assert_eq!(ends("pull/blobs/unknown-blob", edit).verdict, "fail");
}
