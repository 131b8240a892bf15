//! The judge itself, before answers that nobody foresaw: watches, and whole checks.

use std::slice;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::script::Edit;
use super::script::edits;
use crate::catalogue::Version;
use crate::check::Remark;
use crate::check::Section;
use crate::check::Watch;
use crate::http::BoxFuture;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Exchange;
use crate::http::Failure;
use crate::http::Framing;
use crate::http::HeaderMap;
use crate::http::Method;
use crate::http::Request;
use crate::http::Response;
use crate::http::Role;
use crate::http::Sent;
use crate::http::Transport;
use crate::registry::InProcess;
use crate::registry::Registry;
use crate::run::Case;
use crate::run::Control;
use crate::run::Filter;
use crate::run::Repositories;
use crate::run::Run;
use crate::run::Settings;
use crate::suite::SECTIONS;

/// More requests than any check needs.
const MANY_REQUESTS: usize = 20_000;

/// What requests to judge the answers of.
const REQUESTS: [(Method, &str); 8] = [
    (Method::GET, "manifests/latest"),
    (Method::HEAD, "manifests/latest"),
    (Method::PUT, "manifests/latest"),
    (
        Method::GET,
        "blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    (Method::POST, "blobs/uploads/"),
    (Method::GET, "tags/list"),
    (Method::GET, "referrers/sha256:short"),
    (Method::DELETE, "manifests/latest"),
];

/// One answer before every watch. The first byte picks the request.
pub(super) fn watch(data: &[u8]) {
    let Some((pick, script)) = data.split_first() else {
        return;
    };
    let Some(edit) = edits(script).into_iter().next() else {
        return;
    };
    let (method, path) = &REQUESTS[usize::from(*pick) % REQUESTS.len()];
    let request = Request::new(method.clone(), format!("{}/v2/a/b/{path}", InProcess::URL));
    let exchange = exchange(&request, edit.apply(nothing()));
    for watch in watches() {
        for version in Version::ALL {
            is_told(watch, &exchange, version);
        }
    }
}

fn watches() -> impl Iterator<Item = Watch> {
    let checks = SECTIONS.iter().flat_map(|section| section.checks);
    checks.filter_map(|check| check.watch)
}

fn is_told(watch: Watch, exchange: &Exchange, version: Version) {
    let remark = watch(exchange, version);
    assert_eq!(watch(exchange, version), remark);
    if let Remark::Broken(broken) = remark {
        assert!(!broken.expected.is_empty() && broken.expected.len() < 1000);
        assert!(!broken.actual.is_empty() && broken.actual.len() < 1000);
    }
}

fn nothing() -> Response {
    Response {
        status: 200,
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
    }
}

fn exchange(request: &Request, response: Response) -> Exchange {
    Exchange {
        role: Role::Asked,
        request: Sent {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: HeaderMap::new(),
            body: bytes::Bytes::new(),
            framing: Framing::Length,
            recipe: String::new(),
            wire: None,
            exact: false,
        },
        outcome: Ok(response),
        altered: false,
        whole: None,
        protocol: None,
        at: Duration::ZERO,
        took: Duration::ZERO,
    }
}

/// One check against the reference registry, whose answers are edited on their way. The first two
/// bytes pick the check, the third says how many answers stay as they are before that.
pub(super) fn check(data: &[u8]) {
    let [high, low, sound, script @ ..] = data else {
        return;
    };
    let (section, id) = picked(u16::from_be_bytes([*high, *low]).into());
    let transport = Edited {
        registry: Registry::builder().build().in_process(),
        edits: edits(script),
        sound: usize::from(*sound),
        asked: AtomicUsize::new(0),
    };
    let run = Run::new(settings(transport, id), slice::from_ref(section));
    // A check that this version of the specification does not have is not in the plan.
    for case in &run.plan().cases {
        let (entry, _) = run.put(case, &Control::default());
        let reason = entry.reason.unwrap_or_default();
        assert!(!reason.contains("plimsoll has a bug"), "{id}: {reason}");
    }
}

/// A case, and its section.
fn picked(pick: usize) -> (&'static &'static Section, &'static str) {
    static CASES: LazyLock<Vec<(usize, String)>> = LazyLock::new(|| {
        let sections = (0..SECTIONS.len()).map(|at| (at, Case::all(&SECTIONS[at..=at])));
        let cases = sections.flat_map(|(at, cases)| cases.into_iter().map(move |it| (at, it.id)));
        cases.collect()
    });
    let (section, id) = &CASES[pick % CASES.len()];
    (&SECTIONS[*section], id)
}

fn settings(transport: Edited, only: &str) -> Settings {
    let client = ClientSettings {
        retries: 0,
        ..ClientSettings::new(InProcess::URL)
    };
    let client = Client::in_process(Arc::new(transport), client).expect("these settings are valid");
    let only = only.parse::<Filter>().expect("an id is a pattern");
    let mut settings = Settings {
        seed: 1.into(),
        repositories: Repositories::fresh("target"),
        jobs: 1,
        heavy: false,
        keep: true,
        ..Settings::new(client, InProcess::URL)
    };
    settings.selection.only.push(only);
    settings.world.settle = Duration::ZERO;
    settings
}

/// The reference registry, with its answers edited in turn.
struct Edited {
    registry: InProcess,
    edits: Vec<Edit>,
    sound: usize,
    asked: AtomicUsize,
}

impl Transport for Edited {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let asked = self.asked.fetch_add(1, Relaxed);
            assert!(asked < MANY_REQUESTS, "a check asks without an end");
            let response = self.registry.round_trip(request).await?;
            let Some(edited) = asked.checked_sub(self.sound) else {
                return Ok(response);
            };
            Ok(self.edits[edited % self.edits.len()].apply(response))
        })
    }

    fn pause(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
