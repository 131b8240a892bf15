//! Logins by token.

use std::time::Duration;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::registry::Time;

fn auth() -> Auth {
    Auth::token(USERS).key(&KEY).unwrap()
}

fn closed() -> Client {
    Client::guarded(auth())
}

fn post(client: &Client, form: &str) -> Response {
    let post = request(Method::POST, "/token").body(form.to_owned());
    client.send(&with(
        post,
        "content-type",
        "application/x-www-form-urlencoded",
    ))
}

/// What a token says.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    json(&String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
}

#[test]
fn a_challenge_names_what_is_needed_and_reading_beside_writing() {
    let client = closed();
    for (method, path, scope) in [
        (Method::GET, "/v2/", None),
        (Method::GET, "/v2/A/tags/list", None),
        (
            Method::GET,
            "/v2/a/b/tags/list",
            Some("repository:a/b:pull"),
        ),
        (
            Method::PUT,
            "/v2/a/manifests/x",
            Some("repository:a:pull,push"),
        ),
        (
            Method::DELETE,
            "/v2/a/manifests/x",
            Some("repository:a:delete"),
        ),
        (
            Method::POST,
            "/v2/b/blobs/uploads/?mount=sha256:0&from=a",
            Some("repository:a:pull repository:b:pull,push"),
        ),
        (
            Method::POST,
            "/v2/a/blobs/uploads/?mount=sha256:0&from=a",
            Some("repository:a:pull,push"),
        ),
    ] {
        let demand = demand(&client.show("", method, path));
        assert_eq!(demand.realm, "http://registry.invalid/token");
        assert_eq!(demand.service.as_deref(), Some("plimsoll"));
        assert_eq!(demand.scope.as_deref(), scope, "{path}");
    }
    let version = |path| {
        let refused = client.show("", Method::GET, path);
        refused
            .header("docker-distribution-api-version")
            .map(str::to_owned)
    };
    assert_eq!(version("/v2/").as_deref(), Some("registry/2.0"));
    assert_eq!(version("/v2/a/tags/list"), None);
    let wrong = client.show("Bearer x", Method::GET, "/v2/");
    assert_eq!(error(&wrong), Some("invalid_token"));
    // A password is no token, and nothing that was shown was wrong (RFC 6750, section 3.1).
    let other = client.show(&alice(), Method::GET, "/v2/");
    assert_eq!((demand(&other).scope, error(&other)), (None, None));
}

#[test]
fn the_realm_is_where_the_client_came_or_what_was_said() {
    let hosted = with(request(Method::GET, "/v2/"), "host", "r.test:81");
    let demanded = |client: Client| demand(&client.send(&hosted)).realm;
    assert_eq!(demanded(closed()), "http://r.test:81/token");
    let said = Client::guarded(auth().realm("https://other.test/token"));
    assert_eq!(demanded(said), "https://other.test/token");
}

#[test]
fn a_token_permits_what_it_was_given_for_and_no_more() {
    let client = closed();
    let push = client.token(&alice(), &["repository:a:push"]);
    let digest = client.push_as(&push, "a", b"content");
    let path = format!("/v2/a/blobs/{digest}");
    let pull = client.token(&alice(), &["repository:a:pull"]);
    assert_eq!(client.show(&pull, Method::GET, &path).status, 200);
    for (token, method, path, scope) in [
        (&push, Method::GET, path.as_str(), "repository:a:pull"),
        (&pull, Method::DELETE, &path, "repository:a:delete"),
        (
            &pull,
            Method::POST,
            "/v2/a/blobs/uploads/",
            "repository:a:pull,push",
        ),
        (&pull, Method::GET, "/v2/b/tags/list", "repository:b:pull"),
    ] {
        let answer = client.show(token, method, path);
        assert_eq!(error(&answer), Some("insufficient_scope"), "{path}");
        assert_eq!(demand(&answer).scope.as_deref(), Some(scope));
    }
    let both = client.token(&alice(), &["repository:a:*", "repository:b:pull"]);
    assert_eq!(client.show(&both, Method::DELETE, &path).status, 202);
    let answer = client.show(&both, Method::GET, "/v2/b/tags/list");
    assert_eq!(codes(&answer), ["NAME_UNKNOWN"]);
}

#[test]
fn a_token_holds_what_was_asked_for_and_may_be() {
    let client = Client::guarded(auth().rights(two_folders()));
    let asked = [
        "repository:alice/a:pull,delete",
        "repository:bob/a:pull",
        "repository:shared:pull,push,delete",
        "repository:public/x:pull%20registry:catalog:*",
        "x",
    ];
    let token = client.token(&alice(), &asked);
    let claims = claims(&token);
    assert_eq!(
        claims["access"],
        json!([
            {"type": "repository", "name": "alice/a", "actions": ["pull", "delete"]},
            {"type": "repository", "name": "public/x", "actions": ["pull"]},
            {"type": "repository", "name": "shared", "actions": ["pull", "push"]},
            {"type": "registry", "name": "catalog", "actions": ["*"]},
        ])
    );
    assert_eq!(claims["sub"], "alice");
    let answer = client.show(&token, Method::GET, "/v2/bob/a/tags/list");
    assert_eq!(error(&answer), Some("insufficient_scope"));
    assert_eq!(client.show(&token, Method::GET, "/v2/").status, 200);
}

#[test]
fn what_everybody_may_needs_no_token_or_one_of_nobody() {
    let client = Client::guarded(auth().anonymous(&[Action::Pull]));
    let push = client.token(&alice(), &["repository:a:push"]);
    let digest = client.push_as(&push, "a", b"content");
    let path = format!("/v2/a/blobs/{digest}");
    let nobody = client.token("", &["repository:a:pull,push"]);
    assert_eq!(claims(&nobody)["sub"], "");
    for shown in ["", &nobody] {
        assert_eq!(client.show(shown, Method::GET, &path).status, 200);
        let answer = client.show(shown, Method::POST, "/v2/a/blobs/uploads/");
        let scope = demand(&answer).scope;
        assert_eq!(scope.as_deref(), Some("repository:a:pull,push"));
    }
    // Many a client looks for the way to log in at the base alone.
    assert!(challenge(&client.get("/v2/")).bearer.is_some());
    assert_eq!(client.show(&nobody, Method::GET, "/v2/").status, 200);
    let none = closed().get("/token?scope=repository:a:pull");
    assert!(challenge(&none).basic);
}

#[test]
fn a_token_ends() {
    let settings = Settings {
        auth: Some(auth().lifetime(Duration::from_secs(2))),
        time: Time::Stepped,
        ..Settings::default()
    };
    let client = Client::of(settings);
    let token = client.token(&alice(), &["repository:a:pull"]);
    let statuses: Vec<_> = (0..150)
        .map(|_| client.show(&token, Method::GET, "/v2/").status)
        .collect();
    assert_eq!((statuses[0], statuses[149]), (200, 401));
    let answer = client.show(&token, Method::GET, "/v2/a/tags/list");
    assert_eq!(error(&answer), Some("invalid_token"));
    assert_eq!(demand(&answer).scope.as_deref(), Some("repository:a:pull"));
}

#[test]
fn what_was_not_signed_by_this_key_is_not_believed() {
    let client = closed();
    let good = client.token(&alice(), &["repository:a:pull"]);
    let other = Client::guarded(Auth::token(USERS));
    let forged = other.token(&alice(), &["repository:a:pull"]);
    let parts: Vec<_> = good.split(['.', ' ']).collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let more = URL_SAFE_NO_PAD.encode(claims(&good).to_string().replace("pull", "push"));
    for (shown, is_good) in [
        (good.clone(), true),
        (forged, false),
        (format!("Bearer {none}.{}.", parts[2]), false),
        (format!("Bearer {none}.{}.{}", parts[2], parts[3]), false),
        (format!("Bearer {}.{more}.{}", parts[1], parts[3]), false),
        (format!("Bearer {}.{}.", parts[1], parts[2]), false),
        ("Bearer ".to_owned(), false),
        ("Bearer ..".to_owned(), false),
    ] {
        let answer = client.show(&shown, Method::GET, "/v2/");
        assert_eq!(answer.status == 200, is_good, "{shown}");
    }
}

#[test]
fn a_token_outlives_a_restart_by_its_key_and_its_user_only() {
    let before = closed().token(&alice(), &["repository:a:pull"]);
    let after = |auth: Auth| {
        let client = Client::guarded(auth.key(&KEY).unwrap());
        client.show(&before, Method::GET, "/v2/a/tags/list").status
    };
    assert_eq!(after(Auth::token(USERS)), 404);
    assert_eq!(after(Auth::token([("bob", "hidden")])), 401);
    assert_eq!(after(Auth::token(USERS).rights(two_folders())), 401);
}

#[test]
fn tokens_are_given_for_the_right_password_only() {
    let client = closed();
    for shown in ["", &basic("alice", "hidden"), "Basic ???", "Bearer x"] {
        let answer = client.show(shown, Method::GET, "/token");
        assert!(challenge(&answer).basic, "{shown}");
    }
    for (form, status, error) in [
        (
            "grant_type=password&username=alice&password=hidden",
            401,
            "invalid_grant",
        ),
        (
            "grant_type=refresh_token&refresh_token=x",
            401,
            "invalid_grant",
        ),
        ("grant_type=password&username=alice", 400, "invalid_request"),
        ("grant_type=refresh_token", 400, "invalid_request"),
        ("grant_type=magic", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
        (
            "grant_type=password&username=alice&password=secret&service=x",
            400,
            "invalid_request",
        ),
    ] {
        let answer = post(&client, form);
        assert_eq!(answer.status, status, "{form}");
        assert_eq!(body(&answer)["error"], error, "{form}");
    }
    let long = format!("grant_type=password&x={}", "x".repeat(100_000));
    assert_eq!(post(&client, &long).status, 400);
    let many = format!("/token?scope={}", "repository:a:pull+".repeat(65));
    assert_eq!(client.show(&alice(), Method::GET, &many).status, 400);
    assert_eq!(client.put("/token", "").header("allow"), Some("GET, POST"));
}

#[test]
fn a_form_gets_the_same_as_a_query() {
    let client = closed();
    let answer = post(
        &client,
        "grant_type=password&username=alice&password=secret&service=plimsoll&client_id=x\
         &scope=repository%3Aa%3Apull+repository%3Ab%3Apush",
    );
    let body = body(&answer);
    assert_eq!(body["scope"], "repository:a:pull repository:b:push");
    assert_eq!(body["expires_in"], 300);
    assert!(body["issued_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(body["refresh_token"], Value::Null);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let token = format!("Bearer {}", body["access_token"].as_str().unwrap());
    assert_eq!(client.show(&token, Method::GET, "/v2/").status, 200);
}

#[test]
fn a_refresh_token_gives_others_until_the_password_is_another() {
    let client = closed();
    let path = "/token?offline_token=true&account=alice&client_id=x";
    let answer = client.show(&alice(), Method::GET, path);
    let refresh = body(&answer)["refresh_token"].as_str().unwrap().to_owned();
    let form = format!("grant_type=refresh_token&refresh_token={refresh}&scope=repository:a:pull");
    assert_eq!(body(&post(&client, &form))["scope"], "repository:a:pull");
    let bearer = format!("Bearer {refresh}");
    assert_eq!(client.show(&bearer, Method::GET, "/v2/").status, 401);
    for users in [[("alice", "changed")], [("bob", "secret")]] {
        let changed = Client::guarded(Auth::token(users).key(&KEY).unwrap());
        assert_eq!(post(&changed, &form).status, 401);
    }
}
