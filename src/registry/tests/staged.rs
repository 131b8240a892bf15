//! Bodies that are too long to be read before it is known what for: they go to the store as they
//! come, in memory as on disk.

use bytes::Bytes;

use super::Client;
use super::codes;
use super::request;
use super::with;
use crate::http::Framing;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::registry::Flush;
use crate::registry::Registry;
use crate::registry::Settings;

/// Longer than what is read at once, and than a block of a file.
const LEN: usize = 700_000;

fn content() -> Bytes {
    (0..LEN)
        .map(|at| u8::try_from(at % 251).unwrap_or(0))
        .collect()
}

/// Runs `test` with a registry in memory, and with one on disk.
fn on_every_store(settings: &Settings, test: impl Fn(&Client)) {
    test(&Client::of(settings.clone()));
    let folder = tempfile::tempdir().unwrap();
    let builder = Registry::builder().settings(settings.clone());
    let builder = builder.stored_in(&folder.path().join("store"), Flush::Never);
    test(&Client(builder.unwrap().build().in_process()));
    let left = std::fs::read_dir(folder.path().join("store/scratch")).unwrap();
    assert_eq!(left.count(), 0, "nothing half-written is left");
}

#[test]
fn a_long_blob_is_pushed_every_way_and_pulled_in_whole_and_in_part() {
    on_every_store(&Settings::default(), |client| {
        let content = content();
        for (name, algorithm) in [("a", Algorithm::Sha256), ("b", Algorithm::Sha512)] {
            let digest = algorithm.digest(&content);
            let place = format!("/v2/{name}/blobs/{digest}");
            let post = format!("/v2/{name}/blobs/uploads/?digest={digest}");
            assert_eq!(client.post(&post, content.clone()).status, 201);
            assert_eq!(client.get(&place).body, content);
            assert_eq!(client.head(&place).header("content-length"), Some("700000"));
            assert_eq!(client.delete(&place).status, 202);

            let whole = format!("{}?digest={digest}", client.open(name));
            assert_eq!(client.put(&whole, content.clone()).status, 201);
            assert_eq!(client.delete(&place).status, 202);

            let session = client.open(name);
            let mut patch = request(Method::PATCH, &session).body(content.slice(..400_000));
            patch.framing = Framing::Chunked;
            assert_eq!(client.send(&patch).header("range"), Some("0-399999"));
            let close = format!("{session}?digest={digest}");
            assert_eq!(client.put(&close, content.slice(400_000..)).status, 201);
            let get = with(request(Method::GET, &place), "range", "bytes=399990-400009");
            let part = client.send(&get);
            assert_eq!(part.status, 206);
            assert_eq!(part.body, content.slice(399_990..400_010));
        }
    });
}

#[test]
fn a_long_chunk_that_is_refused_leaves_the_session_as_it_was() {
    on_every_store(&Settings::default(), |client| {
        let session = client.open("a");
        let mut cut = request(Method::PATCH, &session).body(content());
        cut.framing = Framing::Announced(LEN as u64 + 1);
        let answer = client.send(&cut);
        assert_eq!(answer.status, 400);
        assert_eq!(codes(&answer), ["SIZE_INVALID"]);
        let patch = request(Method::PATCH, &session).body(content());
        let elsewhere = with(patch, "content-range", "5-700004");
        assert_eq!(client.send(&elsewhere).status, 416);
        let other = Algorithm::Sha256.digest(b"other");
        let close = format!("{session}?digest={other}");
        assert_eq!(codes(&client.put(&close, content())), ["DIGEST_INVALID"]);
        let status = client.get(&session);
        assert_eq!((status.status, status.header("range")), (204, Some("0-0")));
    });
}

#[test]
fn a_long_body_for_nothing_is_refused_as_a_short_one_is() {
    on_every_store(&Settings::default(), |client| {
        let digest = Algorithm::Sha256.digest(&content());
        for (path, status) in [
            ("/v2/a/blobs/uploads/x".to_owned(), 404),
            ("/v2/A/blobs/uploads/x".to_owned(), 400),
            ("/v2/a/blobs/uploads/x?digest=no".to_owned(), 404),
            (format!("/v2/a/blobs/uploads/x?digest={digest}"), 404),
        ] {
            assert_eq!(client.put(&path, content()).status, status, "{path}");
        }
        let opened = client.post("/v2/a/blobs/uploads/", content());
        assert_eq!(opened.status, 202);
    });
}

#[test]
fn a_blob_longer_than_the_limit_is_refused_on_the_way() {
    let settings = Settings {
        blob_limit: LEN - 1,
        ..Settings::default()
    };
    on_every_store(&settings, |client| {
        let digest = Algorithm::Sha256.digest(&content());
        let post = format!("/v2/a/blobs/uploads/?digest={digest}");
        assert_eq!(client.post(&post, content()).status, 413);
        let session = client.open("a");
        let mut patch = request(Method::PATCH, &session).body(content());
        patch.framing = Framing::Chunked;
        assert_eq!(client.send(&patch).status, 413);
        assert_eq!(client.get(&session).header("range"), Some("0-0"));
    });
}
