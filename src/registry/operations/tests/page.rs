//! The page of metrics keeps to the rules of its format, read strictly.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Told;
use crate::registry::Registry;
use crate::registry::operations::exposition::Page;

type Labels = Vec<(String, String)>;

/// A family of metrics as it was read.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    samples: Vec<(String, Labels, f64)>,
}

fn is_name(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(is_allowed)
}

/// The labels at the head of `text`, up to the brace that ends them, and what follows that.
fn labels(text: &str) -> (Labels, &str) {
    let mut labels = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").unwrap();
        assert!(is_name(name) && !name.contains(':'), "{text}");
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next().unwrap() {
                (end, '"') => break end,
                (_, '\\') => value.push(match characters.next().unwrap().1 {
                    'n' => '\n',
                    it @ ('\\' | '"') => it,
                    other => panic!("\\{other} is no escape: {text}"),
                }),
                (_, other) => value.push(other),
            }
        };
        labels.push((name.to_owned(), value));
        rest = &after[end + 1..];
        match rest.split_at(1) {
            (",", more) => rest = more,
            ("}", more) => return (labels, more),
            _ => panic!("{text}"),
        }
    }
}

fn read(page: &str) -> BTreeMap<String, Family> {
    assert!(page.ends_with('\n'));
    let mut families = BTreeMap::<String, Family>::new();
    let mut helped = String::new();
    let mut current = String::new();
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').unwrap();
            assert!(is_name(name) && !text.is_empty(), "{line}");
            name.clone_into(&mut helped);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert_eq!(name, helped, "the help comes right before the type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            name.clone_into(&mut current);
            let kind = kind.to_owned();
            let old = families.insert(
                current.clone(),
                Family {
                    kind,
                    ..Family::default()
                },
            );
            assert!(old.is_none(), "{name} is there twice");
        } else {
            let end = line.find(['{', ' ']).unwrap();
            let (name, rest) = line.split_at(end);
            let (labels, value) = match rest.strip_prefix('{') {
                Some(rest) => labels(rest),
                None => (Vec::new(), rest),
            };
            let value = value.strip_prefix(' ').unwrap().parse().unwrap();
            let family = families.get_mut(&current).unwrap();
            let suffix = name.strip_prefix(current.as_str()).unwrap();
            let is_allowed = match family.kind.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].contains(&suffix),
                _ => suffix.is_empty(),
            };
            assert!(is_allowed, "{line}");
            family.samples.push((name.to_owned(), labels, value));
        }
    }
    families
}

/// The buckets of one histogram: they grow, and the last has all.
fn check_histogram(name: &str, samples: &[(String, Labels, f64)], route: &str) {
    let of_route = |suffix: &str| {
        let name = format!("{name}{suffix}");
        let route = ("route".to_owned(), route.to_owned());
        let found = samples
            .iter()
            .filter(move |it| it.0 == name && it.1.contains(&route));
        found.cloned().collect::<Vec<_>>()
    };
    let buckets: Vec<(f64, f64)> = of_route("_bucket")
        .iter()
        .map(|(_, labels, value)| {
            let (_, end) = labels.iter().find(|(name, _)| name == "le").unwrap();
            (end.parse().unwrap(), *value)
        })
        .collect();
    assert!(buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1));
    let (end, all) = buckets.last().unwrap();
    assert!(end.is_infinite());
    let count = of_route("_count");
    assert_eq!((count.len(), of_route("_sum").len()), (1, 1), "{route}");
    assert_eq!(count[0].2.to_bits(), all.to_bits(), "{route}");
}

#[test]
fn every_family_keeps_to_the_rules() {
    let told = Told::by(Registry::builder());
    for path in [
        "/v2/",
        "/v2/a/tags/list",
        "/v2/a/manifests/x",
        "/",
        "/v2/a/blobs/x",
    ] {
        told.get(path);
    }
    let page = told.tell("/metrics");
    let families = read(page.split_once("\r\n\r\n").unwrap().1);
    for (name, family) in &families {
        assert_eq!(name.ends_with("_total"), family.kind == "counter", "{name}");
        let series: BTreeSet<_> = family.samples.iter().map(|it| (&it.0, &it.1)).collect();
        assert_eq!(
            series.len(),
            family.samples.len(),
            "{name} has a series twice"
        );
        assert!(family.samples.iter().all(|it| it.2 >= 0.0), "{name}");
    }
    let name = "plimsoll_http_request_duration_seconds";
    let durations = &families[name].samples;
    for route in [
        "base",
        "blob",
        "upload",
        "manifest",
        "tags",
        "referrers",
        "extensions",
        "other",
    ] {
        check_histogram(name, durations, route);
    }
    let requests: f64 = families["plimsoll_http_requests_total"]
        .samples
        .iter()
        .map(|it| it.2)
        .sum();
    let counted: f64 = durations
        .iter()
        .filter(|it| it.0.ends_with("_count"))
        .map(|it| it.2)
        .sum();
    assert_eq!(requests.to_bits(), 5.0f64.to_bits());
    assert_eq!(counted.to_bits(), 5.0f64.to_bits());
}

#[test]
fn what_would_end_a_label_or_a_line_is_escaped() {
    let mut page = Page::default();
    page.family("a", "gauge", "a \\ and\nanother line");
    page.sample("a", &[("b", "\"\\\n"), ("c", "}")], 1);
    assert_eq!(
        page.0,
        "# HELP a a \\\\ and\\nanother line\n# TYPE a gauge\na{b=\"\\\"\\\\\\n\",c=\"}\"} 1\n"
    );
    let read = read(&page.0);
    let labels = &read["a"].samples[0].1;
    assert_eq!(labels[0].1, "\"\\\n");
    assert_eq!(labels[1].1, "}");
}
