//! What differs is found and ranked, and what is volatile is not.

use bytes::Bytes;

use super::answer;
use super::compare::Difference;
use super::compare::Side;
use super::compare::differences;
use super::group;
use super::group::Groups;
use super::group::Rank;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Plan;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Step;
use crate::fuzz::plan::Target;
use crate::fuzz::seen::Seen;
use crate::fuzz::stage::Place;
use crate::fuzz::stage::Stage;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::Response;

/// What a registry answers to one operation: status, headers, body.
type Said<'a> = (Op, u16, &'a [(&'a str, &'a str)], &'a str);

const NAMES: [&str; 2] = ["f/x/c0-0", "f/y/c0-0"];

/// A play in which a registry says this; `side` tells its names.
fn play(side: usize, said: &[Said<'_>]) -> Vec<Seen> {
    let plan = Plan::from_bytes(&[]);
    let place = Place {
        origin: "http://r.test".to_owned(),
        repositories: vec![format!("{}/a", NAMES[side])],
        salt: 1,
    };
    let mut stage = Stage::new(&plan, place);
    let seen = said.iter().enumerate().map(|(index, said)| {
        let (op, status, headers, body) = *said;
        let planned = stage.planned(&Step::of(op), None);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, value.parse().unwrap());
        }
        let response = Response {
            status,
            headers: map,
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let opened = stage.absorb(&planned, &response);
        Seen {
            at: Some((0, index)),
            planned,
            outcome: Ok(response),
            opened,
            span: (0, 0),
            held: None,
            calls: Vec::new(),
        }
    });
    seen.collect()
}

fn compared(x: &[Said<'_>], y: &[Said<'_>]) -> Vec<Difference> {
    let (x, y) = (play(0, x), play(1, y));
    let side = |seen, name| Side { seen, name };
    differences(&side(&x, NAMES[0]), &side(&y, NAMES[1]))
}

fn ranks(x: &[Said<'_>], y: &[Said<'_>]) -> Vec<Rank> {
    compared(x, y).into_iter().map(|it| it.rank).collect()
}

const OPEN: Op = Op::StartUpload {
    repository: 0,
    blob: 0,
};
const TAGS: Op = Op::Tags {
    repository: 0,
    n: 0,
    last: 0,
};
const GET: Op = Op::Get {
    target: Target::Blob {
        repository: 0,
        blob: Pick {
            slot: 0,
            from: Pool::Dangling,
        },
    },
};

#[test]
fn what_is_said_of_moments_sessions_and_servers_is_no_difference() {
    let x = [
        ("location", "/v2/a?_state=1"),
        ("docker-upload-uuid", "1"),
        ("date", "now"),
        ("server", "x"),
        ("etag", "\"1\""),
    ];
    let y = [
        ("location", "http://r.test/u/2"),
        ("docker-upload-uuid", "2"),
    ];
    assert_eq!(ranks(&[(OPEN, 202, &x, "")], &[(OPEN, 202, &y, "")]), []);
    let list = |name: &str| format!("{{\"name\":\"{name}/a\",\"tags\":[\"t\"]}}");
    let (x, y) = (list(NAMES[0]), list(NAMES[1]));
    assert_eq!(ranks(&[(TAGS, 200, &[], &x)], &[(TAGS, 200, &[], &y)]), []);
}

#[test]
fn differences_have_the_rank_of_what_differs() {
    let error = |code: &str| format!("{{\"errors\":[{{\"code\":\"{code}\",\"message\":\"\"}}]}}");
    let (denied, unknown) = (error("DENIED"), error("BLOB_UNKNOWN"));
    let both = |x: u16, y: u16| ranks(&[(GET, x, &[], "")], &[(GET, y, &[], "")]);
    assert_eq!(both(200, 404), [Rank::Taken]);
    assert_eq!(both(400, 206), [Rank::Taken]);
    assert_eq!(both(200, 500), [Rank::Broken]);
    assert_eq!(both(503, 404), [Rank::Broken]);
    assert_eq!(both(200, 307), [Rank::Class]);
    assert_eq!(both(400, 404), [Rank::Status]);
    assert_eq!(both(404, 404), []);
    let code = |x: &str, y: &str| ranks(&[(GET, 404, &[], x)], &[(GET, 404, &[], y)]);
    assert_eq!(code(&denied, &unknown), [Rank::Code]);
    assert_eq!(code(&denied, &denied), []);
    let body = |x: &str, y: &str| ranks(&[(GET, 200, &[], x)], &[(GET, 200, &[], y)]);
    assert_eq!(body("a", "b"), [Rank::Content]);
    let header = [("docker-content-digest", "sha256:a")];
    let other = [("docker-content-digest", "sha256:b")];
    let of = |x, y| ranks(&[(GET, 200, x, "")], &[(GET, 200, y, "")]);
    assert_eq!(of(&header[..], &[]), [Rank::Header]);
    assert_eq!(of(&header[..], &other[..]), [Rank::Header]);
    assert_eq!(of(&header[..], &header[..]), []);
}

#[test]
fn what_comes_of_a_difference_is_no_other_one() {
    let x: [Said<'_>; 2] = [(OPEN, 202, &[("location", "/u")], ""), (GET, 200, &[], "")];
    let y: [Said<'_>; 2] = [(OPEN, 403, &[], ""), (GET, 404, &[], "")];
    assert_eq!(ranks(&x, &y), [Rank::Taken]);
    // What is only looked at changes nothing.
    let x: [Said<'_>; 2] = [(GET, 200, &[], ""), (GET, 200, &[], "")];
    let y: [Said<'_>; 2] = [(GET, 404, &[], ""), (GET, 302, &[], "")];
    assert_eq!(ranks(&x, &y), [Rank::Taken, Rank::Class]);
}

#[test]
fn referrers_have_no_order_and_tags_have_one() {
    let seen = |op, body| play(0, &[(op, 200, &[], body)]).remove(0);
    let referrers = Op::Referrers {
        repository: 0,
        subject: Pick {
            slot: 0,
            from: Pool::Dangling,
        },
        filter: 0,
    };
    let body = |op, text| answer::body(&seen(op, text), NAMES[0]);
    let (one, other) = (r#"{"manifests":[1,2]}"#, r#"{"manifests":[2,1]}"#);
    assert_eq!(body(referrers, one), body(referrers, other));
    let (one, other) = (r#"{"tags":[1,2]}"#, r#"{"tags":[2,1]}"#);
    assert_ne!(body(TAGS, one), body(TAGS, other));
    assert!(body(OPEN, one).is_none());
}

#[test]
fn the_rarest_of_the_worst_stands_first_with_its_shortest_plan() {
    let mut groups = Groups::default();
    let found = |rank: Rank, answer: &str, step| Difference {
        rank,
        route: "GET /v2/",
        mutations: Vec::new(),
        answers: [answer.to_owned(), String::new()],
        at: Some((0, step)),
    };
    let plan = Plan::from_bytes(&[0, 0, 0, 0, 0, 9]);
    let none = || {
        [0, 1].map(|_| super::Played {
            seen: Vec::new(),
            breaches: Vec::new(),
            features: std::collections::BTreeSet::new(),
            stale: 0,
            requests: 0,
            exchanges: Vec::new(),
            calls: Vec::new(),
        })
    };
    for (case, step) in [(3, 5), (1, 2), (2, 2)] {
        let often = found(Rank::Taken, "often", step);
        let twice = vec![often.clone(), often, found(Rank::Header, "h", 1)];
        groups.add(&plan, case, twice, &none());
    }
    groups.add(&plan, 4, vec![found(Rank::Taken, "rare", 3)], &none());
    groups.add(&plan, 5, Vec::new(), &none());
    let comparison = groups.ranked(1);
    let told: Vec<_> = comparison
        .groups
        .iter()
        .map(|it| (it.answers[0].as_str(), it.count, it.case, it.plan.steps()))
        .collect();
    assert_eq!(
        told,
        [("rare", 1, 4, 4), ("often", 3, 1, 3), ("h", 3, 1, 2)]
    );
    assert_eq!((comparison.plans, comparison.alike), (5, 1));
}

#[test]
fn groups_whose_mutations_have_nothing_to_do_with_it_become_one() {
    let mut groups = Groups::default();
    let found = |mutations: Vec<&'static str>| Difference {
        rank: Rank::Content,
        route: "GET /v2/",
        mutations,
        answers: ["a", "b"].map(str::to_owned),
        at: None,
    };
    let plain = found(Vec::new());
    let mut add = |difference: &Difference, bytes: &[u8]| {
        groups.add_one(difference, Plan::from_bytes(bytes), 0);
    };
    add(&plain, &[0, 0, 0, 0, 0, 9]);
    add(&found(vec!["host-odd"]), &[]);
    add(&found(vec!["cookie"]), &[]);
    let mut all = groups.ranked(1).groups;
    assert_eq!(all.len(), 3);
    let odd = all.iter().position(|it| it.mutations == ["host-odd"]);
    let odd = all.remove(odd.unwrap());
    assert!(odd.is_unmutated(&plain) && !odd.is_of(&plain));
    let mut one = odd.unmutated(Plan::from_bytes(&[]));
    one.shown_again = Some(true);
    all.push(one);
    let folded = group::folded(all);
    assert_eq!(folded.len(), 2);
    let plain = folded.iter().find(|it| it.is_of(&plain)).unwrap();
    assert_eq!((plain.count, plain.plan.steps()), (2, 4));
}
