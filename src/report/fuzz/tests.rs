//! A campaign in which everything is hostile, for the tests of its reports.

mod formats;
mod junit;
mod record;
mod terminal;

use std::collections::BTreeMap;

use serde_json::json;

use crate::fuzz::Finding;
use crate::fuzz::Plan;
use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::fuzz::campaign::Shares;

use super::*;

/// What nothing may get through: a sequence that clears a terminal, the end of a CDATA section, and
/// text that runs backwards.
const HOSTILE: &str = "\u{1b}[2J]]>\u{202e}<b>";

pub(super) fn finding(rule: &str) -> Finding {
    let value = json!({
        "schema": 1,
        "tool": {"name": "plimsoll", "version": "0.1.0", "generator": 1},
        "signature": "0123456789abcdef",
        "group": format!("{rule}: GET /v2/ => {HOSTILE}"),
        "rule": rule,
        "requirement": "absent-blob-unknown",
        "level": "must",
        "spec": "1.1",
        "seed": 1,
        "case": 2,
        "target": "http://registry.invalid",
        "route": "GET /v2/",
        "expected": "404",
        "observed": format!("200 with {HOSTILE}"),
        "class": HOSTILE,
        "code": HOSTILE,
        "detail": HOSTILE,
        "state": HOSTILE,
        "mutations": ["range-gap"],
        "reproduced": {"times": 3, "of": 3},
        "features": [],
        "plan": plan(),
        "exchanges": [],
        "curl": format!("curl http://registry.invalid # {HOSTILE}"),
    });
    serde_json::from_value(value).unwrap()
}

fn plan() -> Plan {
    let value = json!({
        "generator": 1,
        "repositories": 2,
        "blobs": [{"size": 3}],
        "docs": [{"kind": "image", "parts": [0]}],
        "lanes": [
            [
                {"op": {"monolithic": {"repository": 3, "blob": 4}}},
                {
                    "op": {"patch": {"upload": {"slot": 0, "from": "dangling"}, "part": 64, "ranged": true}},
                    "mutations": [{"mutation": "range-gap"}],
                },
                {"op": {"put-manifest": {"repository": 0, "doc": 0, "reference": {"tag": 1}}}},
                {"op": {"mount": {"repository": 0, "blob": {"slot": 1}, "from": 1, "named": false}}},
            ],
            [{"op": {"tags": {"repository": 0, "n": 3, "last": 0}}}],
        ],
    });
    serde_json::from_value(value).unwrap()
}

pub(super) fn record(findings: Vec<Finding>) -> FuzzRecord {
    let outcome = Outcome {
        seed: 1,
        ended: Ended::Completed,
        plans: 10,
        steps: 40,
        requests: 50,
        shares: Shares {
            done: 30,
            refused: 10,
            ..Shares::default()
        },
        features: 12,
        stale: 0,
        unreproduced: 0,
        mutations: BTreeMap::new(),
        kinds: BTreeMap::new(),
        canary: BTreeMap::new(),
        groups: findings.iter().map(|it| (it.group.clone(), 2)).collect(),
        findings,
        joint: None,
    };
    FuzzRecord {
        schema: SCHEMA,
        kind: KIND.to_owned(),
        tool: Tool::this(),
        complete: true,
        ended_by: None,
        target: "http://registry.invalid".to_owned(),
        spec: Version::default(),
        namespace: "plimsoll-fuzz/r1".to_owned(),
        run_id: "r1".to_owned(),
        shard: "0/1".to_owned(),
        evolve: false,
        rules: Vec::new(),
        corpus: CorpusEntry {
            plans: 0,
            hash: "0".to_owned(),
        },
        plans_at_most: None,
        started: "2026-11-25T00:00:00Z".to_owned(),
        duration_ms: 1000,
        profile: Vec::new(),
        known: Vec::new(),
        expectations: None,
        outcome,
    }
}

fn known(signature: &str) -> KnownFinding {
    KnownFinding {
        signature: signature.to_owned(),
        glob: format!("model: * {HOSTILE}"),
        reason: format!("soon {HOSTILE}"),
        link: Some(format!("https://tracker.invalid/{HOSTILE}")),
        expires: Some("2027-01-31".to_owned()),
    }
}
