//! What somebody may not see stays unseen, whatever the way.

use super::*;

/// The schemes, each with what the two users show.
fn schemes() -> [(Client, String, String); 2] {
    let asked = |name| {
        [
            format!("repository:{name}/a:*"),
            "repository:shared:*".to_owned(),
        ]
    };
    let basic = Client::guarded(Auth::basic(USERS).rights(two_folders()));
    let tokens = Client::guarded(Auth::token(USERS).rights(two_folders()));
    let token = |shown: &str, name| {
        let scopes = asked(name);
        tokens.token(shown, &[&scopes[0], &scopes[1]])
    };
    let (one, other) = (token(&alice(), "alice"), token(&bob(), "bob"));
    [(basic, alice(), bob()), (tokens, one, other)]
}

#[test]
fn nothing_of_a_private_repository_is_seen_by_others() {
    for (client, alice, bob) in schemes() {
        let digest = client.push_as(&alice, "alice/a", b"content");
        for path in [
            format!("/v2/alice/a/blobs/{digest}"),
            "/v2/alice/a/manifests/x".to_owned(),
            "/v2/alice/a/tags/list".to_owned(),
            format!("/v2/alice/a/referrers/{digest}"),
        ] {
            let seen = client.show(&alice, Method::GET, &path);
            assert!([200, 404].contains(&seen.status), "{path}");
            let there = client.show(&bob, Method::GET, &path);
            // What is not there is refused in the same way.
            let absent = path.replace("alice/a", "alice/b");
            let absent = client.show(&bob, Method::GET, &absent);
            assert!([401, 403].contains(&there.status), "{path}");
            assert_eq!(there.status, absent.status);
            assert_eq!(there.body, absent.body);
        }
        let path = format!("/v2/bob/a/blobs/{digest}");
        assert_eq!(client.show(&bob, Method::GET, &path).status, 404);
    }
}

/// The answer to a mount, into the repository that belongs to whoever shows this.
fn mount(client: &Client, shown: &str, query: &str) -> Response {
    let path = format!("/v2/bob/a/blobs/uploads/?{query}");
    client.show(shown, Method::POST, &path)
}

#[test]
fn a_mount_without_right_is_an_upload_whether_the_blob_is_there_or_not() {
    for (client, alice, bob) in schemes() {
        let there = client.push_as(&alice, "alice/a", b"content");
        let absent = Algorithm::Sha256.digest(b"other").to_string();
        for digest in [&there, &absent] {
            for query in [
                format!("mount={digest}&from=alice/a"),
                format!("mount={digest}"),
                format!("from=alice/a&mount={digest}&from=bob/a"),
                format!("mount={digest}&from=alice%2Fa"),
            ] {
                let answer = mount(&client, &bob, &query);
                assert_eq!(answer.status, 202, "{query}");
                let path = format!("/v2/bob/a/blobs/{digest}");
                assert_eq!(client.show(&bob, Method::GET, &path).status, 404);
            }
        }
        // The upload goes on as any other.
        let answer = mount(&client, &bob, &format!("mount={there}&from=alice/a"));
        let location = answer.header("location").unwrap();
        let path = format!("{location}&digest={there}");
        let put = showing(&bob, Method::PUT, &path).body("content");
        assert_eq!(client.send(&put).status, 201);
    }
}

#[test]
fn a_mount_with_right_is_one() {
    for (client, alice, bob) in schemes() {
        let digest = client.push_as(&alice, "shared", b"content");
        let from = mount(&client, &bob, &format!("mount={digest}&from=shared"));
        assert_eq!(from.status, 201);
        let path = format!("/v2/bob/a/blobs/{digest}");
        assert_eq!(client.show(&bob, Method::GET, &path).body, "content");
        let other = client.push_as(&alice, "shared", b"other");
        client.push_as(&alice, "alice/a", b"other");
        let anywhere = mount(&client, &bob, &format!("mount={other}"));
        assert_eq!(anywhere.status, 201);
        let malformed = mount(&client, &bob, "mount=x");
        assert_eq!(codes(&malformed), ["DIGEST_INVALID"]);
    }
}

#[test]
fn a_token_without_the_source_is_asked_for_it_where_that_helps() {
    let client = Client::guarded(Auth::token(USERS).rights(two_folders()));
    let shared = client.token(&alice(), &["repository:shared:push"]);
    let digest = client.push_as(&shared, "shared", b"content");
    let push = client.token(&bob(), &["repository:bob/a:push"]);
    let query = format!("mount={digest}&from=shared");
    let answer = mount(&client, &push, &query);
    let scope = demand(&answer).scope.unwrap();
    assert_eq!(scope, "repository:bob/a:pull,push repository:shared:pull");
    assert_eq!(error(&answer), Some("insufficient_scope"));
    let scopes: Vec<_> = scope.split(' ').collect();
    let both = client.token(&bob(), &scopes);
    assert_eq!(mount(&client, &both, &query).status, 201);
    let denied = mount(&client, &push, &format!("mount={digest}&from=alice/a"));
    assert_eq!(denied.status, 202);
}

#[test]
fn an_upload_belongs_to_who_opened_it() {
    for (client, alice, bob) in schemes() {
        let opened = client.show(&alice, Method::POST, "/v2/shared/blobs/uploads/");
        let location = opened.header("location").unwrap().to_owned();
        let (bare, _) = location.split_once('?').unwrap();
        let own = client.show(&bob, Method::POST, "/v2/shared/blobs/uploads/");
        let (_, owner) = own.header("location").unwrap().split_once('?').unwrap();
        for path in [
            location.clone(),
            bare.to_owned(),
            format!("{bare}?{owner}"),
            format!("{bare}?_owner="),
        ] {
            for method in [Method::GET, Method::PATCH, Method::PUT, Method::DELETE] {
                let answer = client.show(&bob, method, &path);
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(codes(&answer), ["BLOB_UPLOAD_UNKNOWN"]);
            }
        }
        let other = location.replace("shared", "alice/a");
        assert_eq!(client.show(&alice, Method::GET, &other).status, 404);
        let chunk = showing(&alice, Method::PATCH, &location).body("content");
        let chunk = client.send(&chunk);
        assert_eq!(chunk.status, 202);
        let location = chunk.header("location").unwrap();
        let status = client.show(&alice, Method::GET, location);
        assert_eq!(status.header("range"), Some("0-6"));
    }
}

#[test]
fn an_upload_of_nobody_is_open_and_one_of_somebody_asks_who_comes() {
    let push = [Action::Pull, Action::Push];
    for (client, shown) in [
        (
            Client::guarded(Auth::basic(USERS).anonymous(&push)),
            alice(),
        ),
        (Client::guarded(Auth::token(USERS).anonymous(&push)), {
            String::new()
        }),
    ] {
        let shown = match shown.as_str() {
            "" => client.token(&alice(), &["repository:a:push"]),
            _ => shown,
        };
        let open = |shown: &str| {
            let opened = client.show(shown, Method::POST, "/v2/a/blobs/uploads/");
            opened.header("location").unwrap().to_owned()
        };
        let nobodys = open("");
        assert_eq!(client.show(&shown, Method::GET, &nobodys).status, 204);
        assert_eq!(client.show("", Method::GET, &nobodys).status, 204);
        let somebodys = open(&shown);
        assert_eq!(client.show(&shown, Method::GET, &somebodys).status, 204);
        challenge(&client.show("", Method::GET, &somebodys));
    }
}
